"""The kernel's own pages: start, search, settings, addons, language."""
