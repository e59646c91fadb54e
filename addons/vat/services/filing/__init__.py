"""Returns: which lines they report, what their boxes say, and what filing them leaves behind."""
