"""How a tenant's database and roles come to be, and are finished or swept after a crash."""
