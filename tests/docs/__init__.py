"""What the documentation says is there."""
