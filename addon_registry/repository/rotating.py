"""`registry rotate`: other keys for a role, in one go or with keys that never meet.

A new root is signed by as many keys as the old one asks for and by as many as the new one does
(TUF, section 5.3.4). Where these lie on several machines, the new root is drafted as a file, goes
from one holder to the next, and is accepted when it has come back.
"""

# pyright: reportPrivateImportUsage=false
# (tuf.api.metadata is where TUF documents its types; it declares no __all__)

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tuf.api.exceptions import RepositoryError, StorageError
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from addon_registry.repository import state
from addon_registry.repository.change import Change, renew
from addon_registry.repository.layout import RELEASES
from addon_registry.repository.signing_keys import SigningKeys, missing, signers, tuf_key
from core.clock import utc_now
from core.errors import Conflict, InvalidInput, NotFound
from core.i18n import phrase

BELOW_ROOT: Final = (Targets.type, Snapshot.type, Timestamp.type)
ROLES: Final = (Root.type, *BELOW_ROOT, RELEASES)


@dataclass(frozen=True, slots=True)
class Keys:
    """What becomes of a role's keys: some are added, some removed by their ids or the beginnings
    of these, and `threshold` of them have to sign (None: as before)."""

    role: str
    add: tuple[Ed25519PublicKey, ...] = ()
    remove: tuple[str, ...] = ()
    threshold: int | None = None


def rotate(
    folder: Path, change: Keys, *, at_hand: SigningKeys, now: datetime | None = None
) -> None:
    """Change a role's keys. Stopped anywhere, it leaves the registry as it was.

    Raises InvalidInput for a role or threshold that cannot be, NotFound for a key that the role
    does not have, MissingKeys if too few keys are at hand.
    """
    if change.role != RELEASES:
        root = sign(draft(folder, change, now=now), at_hand)
        accept(folder, root, at_hand=at_hand, now=now)
        return
    with state.held(folder) as current:
        step = Change(current, at_hand, now or utc_now())
        _change_keys(step.targets.signed, change)
        step.sign_anew(Targets.type)
        step.sign_anew(RELEASES)
        step.commit()


def draft(folder: Path, change: Keys, *, now: datetime | None = None) -> Metadata[Root]:
    """The next root with other keys for the role, signed by nobody yet. Raises as `rotate`."""
    if change.role not in (Root.type, *BELOW_ROOT):
        raise InvalidInput.of(
            "role",
            phrase("{role} is no role that the root names.", role=repr(change.role)),
            fix=phrase("Name one of {roles}.", roles=", ".join((Root.type, *BELOW_ROOT))),
        )
    root = next_root(state.read(folder), now or utc_now())
    _change_keys(root.signed, change)
    return root


def next_root(current: state.State, now: datetime) -> Metadata[Root]:
    """The next root with the same keys, signed by nobody yet."""
    root = deepcopy(current.root)
    root.signed.version += 1
    renew(root.signed, now)
    root.signatures.clear()
    return root


def sign(root: Metadata[Root], at_hand: SigningKeys) -> Metadata[Root]:
    """Add the signatures of all keys at hand but those of other roles.

    A key that the new root does not name any more signs, too: the old one may ask for it.
    """
    others = {key_id for role in BELOW_ROOT for key_id in root.signed.roles[role].keyids}
    others -= set(root.signed.roles[Root.type].keyids)
    for signer in signers((key_id for key_id in at_hand if key_id not in others), at_hand):
        root.sign(signer, append=True)
    return root


def accept(
    folder: Path, root: Metadata[Root], *, at_hand: SigningKeys, now: datetime | None = None
) -> None:
    """Put the drafted root in place, and sign anew what it gives other keys.

    Raises MissingKeys if it lacks signatures, Conflict if it does not follow the current root.
    """
    with state.held(folder) as current:
        old, new = current.root.signed, root.signed
        if new.version != old.version + 1:
            raise Conflict(
                phrase("The root has changed since this one was drafted."),
                fix=phrase("Draft it again."),
            )
        verdict = new.get_root_verification_result(old, root.signed_bytes, root.signatures)
        for part in (verdict.first, verdict.second):
            if not part.verified:
                raise missing(Root.type, part.threshold, part.unsigned, {})
        step = Change(current, at_hand, now or utc_now())
        step.put_root(root)
        for role in BELOW_ROOT:
            if old.roles[role] != new.roles[role]:
                step.sign_anew(role)
        step.commit()


def read_draft(path: Path) -> Metadata[Root]:
    """The root in a file that `draft` gave; raises InvalidInput if it is none."""
    try:
        return Metadata[Root].from_file(str(path))
    except (RepositoryError, StorageError, ValueError) as error:
        raise InvalidInput.of(
            "draft",
            phrase("{path} is no drafted root: {why}.", path=str(path), why=str(error)),
            fix=phrase("Name the file that aorabooks registry rotate --draft wrote."),
        ) from error


def _change_keys(delegator: Root | Targets, change: Keys) -> None:
    role = delegator.get_delegated_role(change.role)
    for beginning in change.remove:
        found = [key_id for key_id in role.keyids if key_id.startswith(beginning.lower())]
        if len(found) != 1:
            raise NotFound(
                phrase(
                    "{count} keys of {role} begin with {id}.",
                    count=len(found),
                    role=change.role,
                    id=repr(beginning),
                ),
                fix=phrase("Look at them with aorabooks registry inspect."),
            )
        delegator.revoke_key(found[0], change.role)
    for public in change.add:
        delegator.add_key(tuf_key(public), change.role)
    role.threshold = role.threshold if change.threshold is None else change.threshold
    if not 1 <= role.threshold <= len(role.keyids):
        raise InvalidInput.of(
            "threshold",
            phrase(
                "{count} of {keys} keys cannot be asked for.",
                count=role.threshold,
                keys=len(role.keyids),
            ),
            fix=phrase("Give a threshold between 1 and the number of keys."),
        )
