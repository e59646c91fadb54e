"""What the point of sale does: plain functions that take the session and never commit."""
