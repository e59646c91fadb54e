"""What happened, written to the tenant's event log, and who reacts to it."""
