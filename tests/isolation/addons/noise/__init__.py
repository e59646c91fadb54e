"""A badly behaved addon for the isolation tests."""
