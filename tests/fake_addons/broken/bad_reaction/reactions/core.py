"""Cannot be imported."""

raise RuntimeError("boom in reactions")
