"""Generic doors: pages, API, print, tables in and out. They know sheets and actions, never a domain."""
