"""Why a registry is not believed or cannot be asked, in sentences that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    SlowRetrievalError,
    UnsignedMetadataError,
)

from core.errors import AppError, Conflict, NotFound, Unavailable
from core.i18n import phrase

DISBELIEF: Final = (DownloadError, RepositoryError, ValueError)
"""What the client of TUF raises where a location does not serve."""


class RegistryNotTrusted(NotFound):
    """This deployment has not been told which registry it trusts."""

    code = "registry-not-trusted"


class RegistryUnreachable(Unavailable):
    """Neither the registry nor a mirror answers; what was verified before still stands."""

    code = "registry-unreachable"


class RegistryRefused(Conflict):
    """The registry answers, and what it says cannot be believed. Nothing of it was taken over."""

    code = "registry-refused"


class ReleaseUnavailable(Conflict):
    """A release may not be had: it was revoked, or the registry does not hold it as it was."""

    code = "release-unavailable"


def refusal(location: str, error: Exception) -> AppError:
    """The error that tells a person what the client found at this location."""
    if isinstance(error, DownloadError):
        return RegistryUnreachable(
            phrase("{location} cannot be reached: {why}.", location=location, why=_why(error)),
            fix=phrase("Look at the network and the address, or add a mirror."),
            retry_after=60,
        )
    message, fix = _disbelief(error)
    return RegistryRefused(f"{location}: {message}", fix=fix)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Say in a sentence why this folder takes nothing: full, or not ours to write.

    Raises Unavailable instead of OSError.
    """
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise Unavailable(
            phrase("{folder} cannot be written: {why}.", folder=str(folder), why=why),
            fix=phrase("Free some space, or look at the rights of the folder."),
            retry_after=60,
        ) from error


def _disbelief(error: Exception) -> tuple[str, str]:
    """What the specification of TUF calls the attack, as a sentence, and the way out."""
    if isinstance(error, ExpiredMetadataError):
        return (
            phrase("what it says has expired, so that newer releases may be held back."),
            phrase("Ask its keeper to renew it; look at this machine's clock, too."),
        )
    if isinstance(error, LengthOrHashMismatchError):
        return (
            phrase("its files do not belong together, or were changed after they were signed."),
            phrase("Try again in a minute, or take another mirror; tell its keeper if it stays."),
        )
    if isinstance(error, BadVersionNumberError):
        return (
            phrase("it shows an older state than this deployment has seen already."),
            phrase("Take another mirror; tell its keeper, if no backup was restored there."),
        )
    if isinstance(error, UnsignedMetadataError):
        return (
            phrase("it is not signed by the keys that are trusted."),
            phrase("Do not install from it; ask its keeper what happened to the keys."),
        )
    return (
        phrase("it is no registry that can be read: {why}.", why=str(error).rstrip(".")),
        phrase("Look at the address; ask its keeper."),
    )


def _why(error: Exception) -> str:
    if isinstance(error, DownloadHTTPError):
        return phrase("it answers with status {status}", status=error.status_code)
    if isinstance(error, SlowRetrievalError):
        return phrase("it is too slow")
    return (str(error.__cause__ or error) or type(error).__name__).rstrip(".")
