"""What purchases do: plain functions that take the session."""
