"""Errors of the till's protocol that concern a call as a whole."""

from __future__ import annotations

from core.api import AppError


class Unreadable(AppError):
    """What was sent is no batch of operations."""

    status = 400
    code = "unreadable"


class BatchTooLarge(AppError):
    """More was sent at once than is unpacked."""

    status = 413
    code = "too-large"


class UnknownDevice(AppError):
    """The token is that of no device, or was revoked."""

    status = 401
    code = "unknown-device"
