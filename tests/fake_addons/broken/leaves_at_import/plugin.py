"""Never gets to its hooks."""

raise SystemExit(3)
