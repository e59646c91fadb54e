"""The pages of signing in, of one's own account, and of users, roles and the audit trail."""
