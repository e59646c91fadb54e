"""`registry yank`: a release that nobody shall choose any more, and the way back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from packaging.version import InvalidVersion, Version

from addon_registry.repository import state
from addon_registry.repository.change import Change
from addon_registry.repository.signing_keys import SigningKeys
from core.clock import utc_now
from core.errors import InvalidInput, NotFound
from core.i18n import phrase


def yank(
    folder: Path,
    name: str,
    version: str,
    reason: str,
    *,
    at_hand: SigningKeys,
    now: datetime | None = None,
) -> None:
    """Withdraw a release: it stays for those who have it, and is not chosen for anybody else.

    Raises InvalidInput without a reason, NotFound if there is no such release, MissingKeys without
    those of `releases`, `snapshot` and `timestamp`.
    """
    if not reason.strip():
        raise InvalidInput.of(
            "reason",
            phrase("Say why the release is withdrawn."),
            fix=phrase("Whoever has it, or depends on it, reads it."),
        )
    _set(folder, name, version, reason.strip(), at_hand, now)


def offer_again(
    folder: Path,
    name: str,
    version: str,
    *,
    at_hand: SigningKeys,
    now: datetime | None = None,
) -> None:
    """Take a withdrawal back. Raises as `yank`."""
    _set(folder, name, version, "", at_hand, now)


def _set(
    folder: Path,
    name: str,
    version: str,
    reason: str,
    at_hand: SigningKeys,
    now: datetime | None,
) -> None:
    with state.held(folder) as current:
        records = current.records.get(name, [])
        try:
            wanted = Version(version)
            found = next(r for r in records if Version(r["version"]) == wanted)
        except (InvalidVersion, StopIteration):
            raise NotFound(
                phrase("There is no release {version} of {name}.", version=version, name=name),
                fix=phrase("Look at what there is with aorabooks registry inspect."),
            ) from None
        if found.get("yanked", "") == reason:
            return
        changed = [r | {"yanked": reason} if r is found else r for r in records]
        change = Change(current, at_hand, now or utc_now())
        change.put_records({**current.records, name: changed})
        change.commit()
