"""Custom fields in the web toolkit: what they make of a resource's shape, and their settings."""
