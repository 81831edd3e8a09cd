"""Pages of `people`: the list of children, a child's page with its panels, forms, and sealed data one by one."""

from hutong.people.screens import behind, child, choosing, doors, emergency, pages, parts

__all__ = ["behind", "child", "choosing", "doors", "emergency", "pages", "parts"]
