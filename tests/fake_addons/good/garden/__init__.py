"""A garden: the addon that others depend on."""
