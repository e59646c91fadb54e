"""Fields that a tenant adds to the records of any addon: what they are, and what they hold."""
