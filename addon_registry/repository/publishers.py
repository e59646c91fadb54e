"""`registry add-publisher` and `registry revoke`: who may publish, and whose word ended."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from addon_registry.keys import key_id
from addon_registry.repository import state
from addon_registry.repository.change import Change
from addon_registry.repository.grants import GrantedKey, Publisher
from addon_registry.repository.signing_keys import SigningKeys
from core.clock import utc_now
from core.errors import Conflict, InvalidInput, NotFound
from core.i18n import phrase

_GRANT: Final = re.compile(r"[a-z][a-z0-9_]{1,30}|([a-z][a-z0-9_]{0,29})?\*")
MAX_NAME: Final = 80


def add_publisher(
    folder: Path,
    name: str,
    public: Ed25519PublicKey,
    addons: Iterable[str],
    *,
    at_hand: SigningKeys,
    now: datetime | None = None,
) -> Publisher:
    """Let this key publish under the publisher's name, and the publisher publish these addons.

    Said again, it adds keys and addons; what is there already changes nothing. Raises InvalidInput
    for names that are none, Conflict for a key or an addon that is another publisher's, and
    MissingKeys without those of the role `targets`.
    """
    grants = _checked(name, addons)
    with state.held(folder) as current:
        wanted = key_id(public)
        _check_free(current.publishers, name, wanted, grants)
        found = next((p for p in current.publishers if p.name == name), Publisher(name, (), ()))
        keys = found.keys
        if all(key.key_id != wanted for key in keys):
            keys = (*keys, GrantedKey(wanted, public.public_bytes_raw().hex()))
        grants = tuple(sorted({*found.addons, *grants}))
        publisher = replace(found, keys=keys, addons=grants)
        if publisher != found:
            others = [p for p in current.publishers if p.name != name]
            _put(current, [*others, publisher], at_hand, now)
        return publisher


def revoke(
    folder: Path,
    wanted: str,
    reason: str,
    *,
    at_hand: SigningKeys,
    now: datetime | None = None,
) -> GrantedKey:
    """End the word of a publisher's key, named by its id or the beginning of it, for good.

    What it signed is not offered or installed any more, whenever that was. Raises NotFound for a
    key that is nobody's, InvalidInput without a reason, MissingKeys as `add_publisher`.
    """
    if not reason.strip():
        raise InvalidInput.of(
            "reason",
            phrase("Say why the key is revoked."),
            fix=phrase("Operators read it where the key's addons run."),
        )
    with state.held(folder) as current:
        publisher, key = _find_key(current.publishers, wanted)
        if key.revoked_at is None:
            at = (now or utc_now()).replace(microsecond=0)
            key = replace(key, revoked_at=at, reason=reason.strip())
            keys = tuple(key if k.key_id == key.key_id else k for k in publisher.keys)
            changed = replace(publisher, keys=keys)
            others = [p for p in current.publishers if p.name != publisher.name]
            _put(current, [*others, changed], at_hand, now)
        return key


def _put(
    current: state.State,
    publishers: list[Publisher],
    at_hand: SigningKeys,
    now: datetime | None,
) -> None:
    change = Change(current, at_hand, now or utc_now())
    change.put_publishers(sorted(publishers, key=lambda publisher: publisher.name))
    change.commit()


def _checked(name: str, addons: Iterable[str]) -> tuple[str, ...]:
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise InvalidInput.of(
            "name",
            phrase("{name} is no name of a publisher.", name=repr(name)),
            fix=phrase("Give one of at most {count} characters.", count=MAX_NAME),
        )
    grants = tuple(addons)
    wrong = [grant for grant in grants if not _GRANT.fullmatch(grant)]
    if wrong:
        raise InvalidInput.of(
            "addon",
            phrase("{names}: no name of an addon.", names=", ".join(map(repr, wrong))),
            fix=phrase("Give a name, or the beginning of names and a *, as in acme_*."),
        )
    return grants


def _check_free(
    publishers: Iterable[Publisher], name: str, wanted: str, grants: tuple[str, ...]
) -> None:
    for other in publishers:
        if any(
            key.key_id == wanted and (other.name != name or key.revoked_at) for key in other.keys
        ):
            raise Conflict(
                phrase("This key is {name}'s, or was revoked.", name=other.name),
                fix=phrase("Take a key of the publisher's own that was never revoked."),
            )
        taken = sorted(set(grants) & set(other.addons))
        if taken and other.name != name:
            raise Conflict(
                phrase("{names}: granted to {name}.", names=", ".join(taken), name=other.name),
                fix=phrase("Choose other names, or the whole name of one addon."),
            )


def _find_key(publishers: Iterable[Publisher], wanted: str) -> tuple[Publisher, GrantedKey]:
    found = [
        (publisher, key)
        for publisher in publishers
        for key in publisher.keys
        if wanted and key.key_id.startswith(wanted.lower())
    ]
    if len(found) != 1:
        raise NotFound(
            phrase(
                "{count} keys of publishers begin with {id}.", count=len(found), id=repr(wanted)
            ),
            fix=phrase("Look at them with aorabooks registry inspect."),
        )
    return found[0]
