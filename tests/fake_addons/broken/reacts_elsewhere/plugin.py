"""Nothing to declare."""
