"""Licences of organizations: issued, read, renewed, revoked and shown."""
