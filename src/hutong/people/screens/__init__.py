"""Pages of `people`: the list of children, a child's page with its panels, forms, and sealed data one by one."""

from hutong.people.screens import adults, child, choosing, details, emergency, forms, imports, pages, panels

__all__ = ["adults", "child", "choosing", "details", "emergency", "forms", "imports", "pages", "panels"]
