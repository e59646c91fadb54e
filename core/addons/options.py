"""The options of an addon for one tenant: a frozen dataclass, filled from what is stored.

The defaults stand in the code, so a new option needs no migration. Only what the tenant
changed is stored, and what was read of it is kept until it changes. An option whose field says
`secret` is stored sealed, so that neither the table nor the audit trail shows it.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, Final, TypeVar

import structlog
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.addons.models import StoredOptions
from core.db.cached import cached_until_change
from core.db.sealed import Held
from core.db.session import binding
from core.errors import InvalidInput, Problem
from core.i18n.phrases import phrase
from core.secrets import SealError, SecretBox, key_id_of

Options = TypeVar("Options")
Stored = Mapping[str, Any]

_STORED: Final = "options.stored"
_READ: Final = "options.read"
_SEALED: Final = "sealed"
_ALL: Final = select(StoredOptions.addon, StoredOptions.values)

log = structlog.get_logger(__name__)


def options(session: Session, kind: type[Options]) -> Options:
    """The tenant's options of this type; LookupError for a type that no addon registers."""
    context = binding(session).context
    known: dict[type, Any] = context.setdefault(_READ, {})
    if kind not in known or secret_names(kind):  # a secret is opened for whoever asks, not kept
        _owner(session, kind)
        known[kind] = _opened(session, kind) if secret_names(kind) else _plain(session, kind)
    return known[kind]


def _opened(session: Session, kind: type[Options]) -> Options:
    addon = _owner(session, kind)
    stored = _stored(session).get(addon, {})
    return _read(kind, _unsealed(session, addon, kind, stored))


@cached_until_change(StoredOptions)
def _plain(session: Session, kind: type[Any]) -> Any:
    return _opened(session, kind)


def set_options(session: Session, kind: type[Options], **changes: Any) -> Options:
    """Change some options and return them all; raises InvalidInput naming each that is wrong."""
    addon = _owner(session, kind)
    changed = with_changes(session, kind, **changes)
    plain = _adapter(kind).dump_python(changed, mode="json")
    secret = secret_names(kind)
    _store(
        session,
        addon,
        {
            name: _seal(session, addon, name, plain[name]) if name in secret else plain[name]
            for name in changes
        },
    )
    return changed


def with_changes(session: Session, kind: type[Options], **changes: Any) -> Options:
    """The options as these changes would make them; nothing is stored. Raises InvalidInput
    naming each that is wrong."""
    addon = _owner(session, kind)
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(changes.keys() - names)
    if unknown:
        raise InvalidInput(
            phrase("There is no option {names}.", names=", ".join(unknown)),
            problems=tuple(Problem(name, phrase("There is no such option.")) for name in unknown),
        )
    stored = _unsealed(session, addon, kind, _stored(session).get(addon, {}))
    kept = {name: value for name, value in stored.items() if name in names}
    return _validated(kind, {**kept, **changes})


@cache
def secret_names(kind: type) -> frozenset[str]:
    """The options that are kept sealed."""
    return frozenset(field.name for field in fields(kind) if field.metadata.get("secret"))


def reseal_options(session: Session, box: SecretBox) -> int:
    """Seal anew what options hold under an older master key; how many values that were. One that
    does not open stays as it is."""
    resealed = 0
    for row in session.scalars(select(StoredOptions).with_for_update()):
        anew = {}
        for name, sealed in _sealed_of(row).items():
            place = _place(row.addon, name)
            with contextlib.suppress(SealError):
                if not box.is_current(sealed):
                    anew[name] = {
                        _SEALED: box.seal(box.open(sealed, bound_to=place), bound_to=place)
                    }
        if anew:
            row.values = {**row.values, **anew}
            resealed += len(anew)
    return resealed


def held_options(session: Session, box: SecretBox | None = None) -> tuple[Held, ...]:
    """What options hold sealed, by addon and key; with a box, whether each opens."""
    found = []
    for row in session.scalars(select(StoredOptions).order_by(StoredOptions.addon)):
        values, shut = Counter[str](), Counter[str]()
        for name, sealed in _sealed_of(row).items():
            key = key_id_of(sealed)
            values[key] += 1
            shut[key] += box is not None and not _opens(box, sealed, _place(row.addon, name))
        place = f"options of {row.addon}"
        found += [Held(place, key, number, shut[key]) for key, number in values.items()]
    return tuple(found)


def _sealed_of(row: StoredOptions) -> dict[str, str]:
    return {
        name: value[_SEALED]
        for name, value in row.values.items()
        if isinstance(value, dict) and _SEALED in value
    }


def _opens(box: SecretBox, sealed: str, place: str) -> bool:
    try:
        box.open(sealed, bound_to=place)
    except SealError:
        return False
    return True


def _seal(session: Session, addon: str, name: str, value: str) -> dict[str, str]:
    box: SecretBox = binding(session).context["kernel"].secrets
    return {_SEALED: box.seal(str(value).encode(), bound_to=_place(addon, name))}


def _unsealed(session: Session, addon: str, kind: type, stored: Stored) -> Stored:
    secret = secret_names(kind) & stored.keys()
    if not secret:
        return stored
    box: SecretBox = binding(session).context["kernel"].secrets
    opened = {
        name: box.open(stored[name][_SEALED], bound_to=_place(addon, name)).decode()
        for name in secret
    }
    return {**stored, **opened}


def _place(addon: str, name: str) -> str:
    return f"core.option/{addon}.{name}"


def _owner(session: Session, kind: type) -> str:
    owners = binding(session).context["kernel"].catalog.everything().options
    try:
        return owners[kind]
    except KeyError:
        raise LookupError(f"no addon registers the options {kind.__name__}") from None


def _stored(session: Session) -> dict[str, Stored]:
    context = binding(session).context
    if _STORED not in context:
        context[_STORED] = _all(session)
    return context[_STORED]


@cached_until_change(StoredOptions)
def _all(session: Session) -> Mapping[str, Stored]:
    return {row.addon: row.values for row in session.execute(_ALL)}


def _store(session: Session, addon: str, changes: Stored) -> None:
    new = insert(StoredOptions).values(addon=addon, values=changes)
    merged = StoredOptions.values.op("||")(new.excluded["values"])
    session.execute(
        new.on_conflict_do_update(
            index_elements=[StoredOptions.addon],
            set_={"values": merged, "updated_at": func.now()},
        )
    )
    context = binding(session).context
    context.pop(_STORED, None)
    context.pop(_READ, None)


def _validated(kind: type[Options], values: Stored) -> Options:
    try:
        return _adapter(kind).validate_python(values)
    except ValidationError as error:
        problems = tuple(
            Problem(".".join(str(part) for part in one["loc"]), one["msg"])
            for one in error.errors()
        )
        named = "; ".join(f"{problem.field}: {problem.message}" for problem in problems)
        raise InvalidInput(named, problems=problems) from error


@cache
def _adapter(kind: type[Options]) -> TypeAdapter[Options]:
    return TypeAdapter(kind)


def _read(kind: type[Options], stored: Stored) -> Options:
    """The instance; what a newer version of the addon no longer accepts goes back to default."""
    try:
        return _adapter(kind).validate_python(stored)
    except ValidationError as error:
        refused = {one["loc"][0] for one in error.errors() if one["loc"]}
        log.warning(
            "stored options ignored", options=kind.__name__, names=sorted(map(str, refused))
        )
        return _adapter(kind).validate_python(
            {name: value for name, value in stored.items() if name not in refused}
        )
