"""Devices: bound to a register by a code, known by a token, revoked."""
