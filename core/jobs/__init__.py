"""Background jobs whose truth is a row in the tenant's database."""
