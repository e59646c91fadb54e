"""What the addon does, all of it wrong."""
