"""Changes of many records at once: chosen in a list, done by the services, undone."""
