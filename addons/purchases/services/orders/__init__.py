"""Orders: written, made binding, followed and closed."""
