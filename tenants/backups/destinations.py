"""The declared destinations of backups: their options kept sealed, and tried before they count."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import sealed
from core.db.base import utc_now
from core.errors import AppError, Conflict, InvalidInput, NotFound
from core.i18n import phrase
from core.secrets import SecretBox
from tenants.backups.models import BackupDestination
from tenants.backups.storage import Storage

_PROBE_SECONDS: Final = 10.0
HIDDEN: Final = "••••••"
_NAME: Final = re.compile(r"[\w.-][\w .-]{0,59}")
_SECRET: Final = re.compile(r"secret|password|token|credential|key$|sas", re.IGNORECASE)
_NO_SECRET: Final = frozenset({"credential_path"})


def declare(
    session: Session, box: SecretBox, *, name: str, scheme: str, options: Mapping[str, str]
) -> BackupDestination:
    """Enter a destination, or change the one of this name. An option whose value is `HIDDEN`
    stays as it is. Raises InvalidInput for what OpenDAL does not know."""
    name, scheme = " ".join(name.split()), scheme.strip().lower()
    if not _NAME.fullmatch(name):
        raise InvalidInput.of("name", phrase("Give it a short name of letters and digits."))
    found = session.scalar(select(BackupDestination).where(BackupDestination.name == name))
    known = {} if found is None else options_of(box, found)
    merged = {
        key: known.get(key, "") if value == HIDDEN else value for key, value in options.items()
    }
    Storage(name, scheme, merged)
    kept = sealed.seal(
        box, BackupDestination.options, json.dumps(merged, sort_keys=True).encode(), name=name
    )
    if found is None:
        found = BackupDestination(name=name, scheme=scheme, options=kept)
        session.add(found)
    else:
        found.scheme, found.options = scheme, kept
        found.tried_at, found.problem = None, ""
    session.flush()
    return found


def options_of(box: SecretBox, destination: BackupDestination) -> dict[str, str]:
    """Its options, with secrets."""
    return json.loads(sealed.unseal(box, BackupDestination.options, destination))


def shown_options(box: SecretBox, destination: BackupDestination) -> str:
    """Its options as text, a line each, without secrets."""
    lines = []
    for name, value in options_of(box, destination).items():
        secret = _SECRET.search(name) and name not in _NO_SECRET and name != "access_key_id"
        lines.append(f"{name} = {HIDDEN if secret and value else value}")
    return "\n".join(lines)


def parse_options(text: str) -> dict[str, str]:
    """Options of text with a `name = value` on each line; raises InvalidInput."""
    options = {}
    for number, line in enumerate(text.splitlines(), start=1):
        name, equals, value = line.partition("=")
        if not line.strip():
            continue
        if not equals or not re.fullmatch(r"[a-z0-9_]+", name.strip()):
            raise InvalidInput.of(
                "options", phrase("Line {number} is not of the form name = value.", number=number)
            )
        options[name.strip()] = value.strip()
    return options


def open_storage(box: SecretBox, destination: BackupDestination) -> Storage:
    """The way to it."""
    return Storage(destination.name, destination.scheme, options_of(box, destination))


def try_out(session: Session, box: SecretBox, destination: BackupDestination) -> str:
    """Write, read and delete something there, and keep how that went: empty, or why not."""
    try:
        options = options_of(box, destination)
        name, scheme = destination.name, destination.scheme
        Storage(name, scheme, options, tries=1, patience=_PROBE_SECONDS).probe()
        destination.problem = ""
    except AppError as error:
        destination.problem = error.message
    destination.tried_at = utc_now()
    session.flush()
    return destination.problem


def for_new(session: Session) -> BackupDestination:
    """Where new backups go: the oldest that is active. Raises Conflict if there is none."""
    found = session.scalar(
        select(BackupDestination)
        .where(BackupDestination.status == "active")
        .order_by(BackupDestination.id)
        .limit(1)
    )
    if found is None:
        raise Conflict(
            phrase("There is no destination that takes backups."),
            fix=phrase("Declare one under Backup destinations, or open one that is closed."),
        )
    return found


def named(session: Session, name: str) -> BackupDestination:
    """The destination of this name; raises NotFound."""
    found = session.scalar(select(BackupDestination).where(BackupDestination.name == name))
    if found is None:
        raise NotFound(
            phrase("There is no destination {name}.", name=repr(name)),
            fix="`aorabooks backup destinations` shows them all.",
        )
    return found
