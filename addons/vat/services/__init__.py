"""What the addon does: plain functions that take the session and never commit."""
