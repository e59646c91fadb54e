"""What the addon does."""
