"""Tenant databases: models, the connection broker, sessions, grants and the audit trail."""
