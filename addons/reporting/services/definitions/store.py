"""A company's definitions: the shipped ones, with its own in their places or beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.reporting.models import ReportDefinition, SavedReport
from addons.reporting.services.definitions.reading import from_json, to_json
from addons.reporting.services.definitions.shipped import SHIPPED
from addons.reporting.services.definitions.values import Definition, title_in
from core.api import Conflict, InvalidInput, NotFound, phrase

MOST_OWN: Final = 200
_NOT_SIMPLE: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Kept:
    """A definition as the company has it: as shipped, changed, or made by itself. `version` is
    that of the company's row, 0 where there is none."""

    definition: Definition
    is_own: bool
    is_changed: bool
    version: int = 0


def all_definitions(session: Session) -> list[Kept]:
    """Every report that the company has, shipped ones first."""
    rows = {row.key: row for row in session.scalars(select(ReportDefinition))}
    shipped = [_kept(rows.pop(key, None), definition) for key, definition in SHIPPED.items()]
    own = sorted(rows.values(), key=lambda row: row.key)
    return [*shipped, *(_kept(row, SHIPPED[row.base]) for row in own if row.base in SHIPPED)]


def definition_named(session: Session, key: str) -> Kept:
    """The report of this key; raises NotFound."""
    row = session.scalar(select(ReportDefinition).where(ReportDefinition.key == key))
    base = SHIPPED.get(row.base if row is not None else key)
    if base is None:
        raise NotFound(
            phrase("There is no report called {name}.", name=key[:80]),
            fix=phrase("Choose one under Reports."),
        )
    return _kept(row, base)


def save_definition(
    session: Session, key: str, content: Mapping[str, Any], *, version: int
) -> Definition:
    """Keep what was changed of a report; `version` is what the editor was opened with, so that
    nobody's change is lost silently."""
    kept = definition_named(session, key)
    changed = from_json(kept.definition, content)
    row = session.scalar(
        select(ReportDefinition).where(ReportDefinition.key == key).with_for_update()
    )
    if (row.version if row is not None else 0) != version:
        raise Conflict(
            phrase("Somebody else has changed this report meanwhile."),
            fix=phrase("Open it again, and make your change once more."),
        )
    if row is None:
        session.add(ReportDefinition(key=key, base=key, content=to_json(changed)))
    else:
        row.content = to_json(changed)
    session.flush()
    return changed


def copy_definition(session: Session, key: str, title: str, language: str) -> str:
    """Make a report of the company's own from another one; returns its key."""
    title = " ".join(title.split())
    if not title or len(title) > 200:
        raise InvalidInput.of("title", phrase("Give the new report a title."))
    kept = definition_named(session, key)
    row = session.scalar(select(ReportDefinition).where(ReportDefinition.key == key))
    keys = set(session.scalars(select(ReportDefinition.key)))
    if len(keys) >= MOST_OWN:
        raise Conflict(
            phrase("There are {count} reports of your own already.", count=len(keys)),
            fix=phrase("Delete one that nobody uses."),
        )
    titles = {**kept.definition.titles, language: title}
    content = to_json(replace(kept.definition, titles=titles))
    made = _free_key(title, keys | set(SHIPPED))
    base = row.base if row is not None else key
    session.add(ReportDefinition(key=made, base=base, content=content))
    session.flush()
    return made


def restore_definition(session: Session, key: str) -> None:
    """Forget what the company changed of a shipped report, or delete one of its own. One that
    somebody keeps a saved report of is not deleted."""
    row = session.scalar(select(ReportDefinition).where(ReportDefinition.key == key))
    if row is None:
        return
    if key not in SHIPPED:
        used = session.scalar(select(SavedReport.name).where(SavedReport.report == key).limit(1))
        if used is not None:
            raise Conflict(
                phrase("The saved report {name} shows this report.", name=used),
                fix=phrase("Delete the saved report first."),
            )
    session.delete(row)
    session.flush()


def report_title(session: Session, key: str, language: str) -> str:
    """What a report is called in a language."""
    return title_in(definition_named(session, key).definition.titles, language)


def known_keys(session: Session) -> Sequence[str]:
    """The keys of all reports."""
    return [kept.definition.key for kept in all_definitions(session)]


def _kept(row: ReportDefinition | None, base: Definition) -> Kept:
    if row is None:
        return Kept(base, is_own=False, is_changed=False)
    changed = replace(from_json(base, row.content), key=row.key)
    return Kept(changed, row.key not in SHIPPED, is_changed=True, version=row.version)


def _free_key(title: str, taken: set[str]) -> str:
    plain = _NOT_SIMPLE.sub("-", title.lower()).strip("-")[:40].strip("-")
    stem = plain if plain and plain[0].isalpha() else f"report-{plain}".strip("-")
    reserved = taken | {"account", "partner", "definitions", "saved", "schedules"}
    if stem not in reserved:
        return stem
    number = 2
    while f"{stem}-{number}" in reserved:
        number += 1
    return f"{stem}-{number}"
