"""A full disk of a database server: what tells it from other errors, and what people are told."""

from __future__ import annotations

from psycopg.errors import DiskFull
from sqlalchemy.exc import DBAPIError

from core.errors import Unavailable
from core.i18n.phrases import phrase

_SAID = "No space left on device"
"""By PostgreSQL's programs, which hand on no code."""


class DiskIsFull(Unavailable):
    """Nothing can be written at the server, which is named to its operator; once there is space
    again, the same may be tried again."""

    def __init__(self, server: str = "") -> None:
        message = phrase("The disk of the database server is full. Nothing was changed.")
        if server:
            message = phrase("The disk of {server} is full.", server=server)
        super().__init__(
            message,
            retry_after=60,
            fix=phrase("Whoever runs it has to free some space there. Then it goes on by itself."),
        )


def fills_the_disk(error: BaseException) -> bool:
    """Whether this is what was in the way."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return isinstance(cause, DiskFull) or _SAID in str(cause)
