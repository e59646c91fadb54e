"""What electronic invoicing does: plain functions that take the session and never commit."""
