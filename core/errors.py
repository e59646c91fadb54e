"""The errors a person can act on.

Every `AppError` carries a sentence for the user that says what to do next. Anything else
that is raised is a defect: the user sees an incident id, the log gets the traceback.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the input: the field's name (empty for the whole) and a sentence."""

    field: str
    message: str


class SetupError(Exception):
    """This process cannot work as it was set up; the message says to its operator what is wrong
    and what to do."""


class AppError(Exception):
    """Base of the errors shown to the user; `status` is the HTTP status they map to."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad-request"

    def __init__(self, message: str, *, fix: str = "", problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.problems = problems


class InvalidInput(AppError):
    """What was sent cannot be accepted; `problems` name the fields."""

    status = 422
    code = "invalid-input"

    @classmethod
    def of(cls, field: str, message: str, *, fix: str = "") -> Self:
        """The common case: one field is wrong."""
        return cls(message, fix=fix, problems=(Problem(field, message),))


class NotSignedIn(AppError):
    """Nobody is signed in, or the token is not valid."""

    status = 401
    code = "not-signed-in"


class Forbidden(AppError):
    """The actor is known and may not do this."""

    status = 403
    code = "forbidden"


class NotFound(AppError):
    """There is no such thing, or the actor may not know of it."""

    status = 404
    code = "not-found"


class NotEnabled(NotFound):
    """The addon is not enabled for this tenant, so its pages and records do not exist."""

    code = "not-enabled"


class Conflict(AppError):
    """The state of the record does not allow it: changed meanwhile, already used, closed."""

    status = 409
    code = "conflict"


class NeedsConfirmation(AppError):
    """Allowed, but only after the user has read `message` and said yes.

    `key` names the question; the same call with the key among its confirmations goes through.
    """

    status = 409
    code = "needs-confirmation"

    def __init__(self, message: str, *, key: str, fix: str = "") -> None:
        super().__init__(message, fix=fix)
        self.key = key


class TooManyRequests(AppError):
    """Asked too often; try again after `retry_after` seconds."""

    status = 429
    code = "too-many-requests"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(AppError):
    """Out of a resource for the moment; safe to try again after `retry_after` seconds."""

    status = 503
    code = "unavailable"

    def __init__(self, message: str, *, retry_after: int = 2, fix: str = "") -> None:
        super().__init__(message, fix=fix)
        self.retry_after = retry_after


class OutcomeUnknown(Unavailable):
    """The database was lost during the commit: the change may be there. Only what says by itself
    that it was done before, such as a job or a call with an Idempotency-Key, is safe to repeat."""

    code = "outcome-unknown"
