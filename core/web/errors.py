"""Errors that only the web can meet: a method, a size or a moment that HTTP itself refuses."""

from __future__ import annotations

from core.errors import AppError, NotSignedIn


class MethodNotAllowed(AppError):
    """There is something at this address, but it does not take this method."""

    status = 405
    code = "method-not-allowed"

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__("This address does not take that kind of request.")
        self.allowed = allowed


class TooLarge(AppError):
    """More was sent than is accepted."""

    status = 413
    code = "too-large"


class Gone(AppError):
    """What was named existed once; the caller has to begin anew."""

    status = 410
    code = "gone"


class PreconditionFailed(AppError):
    """The record is not in the version that the caller saw."""

    status = 412
    code = "precondition-failed"


class PreconditionRequired(AppError):
    """The caller must say which version it means."""

    status = 428
    code = "precondition-required"


class SignInFirst(NotSignedIn):
    """The page exists and is not for strangers: a browser is led to the sign-in page."""


class ChangePasswordFirst(AppError):
    """Nothing else is open to this user before a password of their own is chosen."""

    status = 403
    code = "change-password-first"


class Suspended(AppError):
    """The company's access is suspended; its members may know, and strangers learn no reason."""

    status = 403
    code = "suspended"

    def __init__(self) -> None:
        super().__init__(
            "Access for this company is suspended. Its data is kept.",
            fix="If you belong to the company, ask its administrator.",
        )


class ClientGone(Exception):
    """The client hung up before it had sent everything; nobody is left to answer."""
