"""Never gets to its hooks."""

raise RuntimeError("boom at import")
