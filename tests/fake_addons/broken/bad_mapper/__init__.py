"""A relationship that leads nowhere."""
