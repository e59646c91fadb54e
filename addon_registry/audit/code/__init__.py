"""Rules over an addon's Python code, read as syntax trees."""
