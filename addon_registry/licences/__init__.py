"""Licences: what they say, how they are signed and verified with no connection to anybody."""
