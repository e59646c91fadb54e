"""What people are told when the connection to a database was lost."""

from __future__ import annotations

from core.errors import OutcomeUnknown, Unavailable

RETRY_SECONDS = 2


def nothing_saved() -> Unavailable:
    """It was lost before the commit, or where nothing was to be saved."""
    return Unavailable(
        "The connection to the database was lost. Nothing was saved; please try again.",
        retry_after=RETRY_SECONDS,
    )


def outcome_unknown() -> OutcomeUnknown:
    """It was lost during the commit, or nobody knows when."""
    return OutcomeUnknown(
        "The connection to the database was lost while your change was being saved.",
        retry_after=RETRY_SECONDS,
        fix="It may have been saved. Look whether it is there before you do it again.",
    )
