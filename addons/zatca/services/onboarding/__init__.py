"""How a device comes to its certificate, keeps it, and loses it."""
