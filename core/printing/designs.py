"""The versions of a company's letterhead and designs: the newest counts, all are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db.session import binding
from core.errors import Conflict, InvalidInput, NotFound
from core.i18n.locales import LOCALES
from core.i18n.phrases import phrase
from core.printing.design import SHARED, Design, Letterhead, read, write
from core.printing.models import PrintDesign

LETTERHEAD: Final = ""
"""The subject of the letterhead's versions."""
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Version:
    """One that was saved. Without settings it is the shipped one."""

    number: int
    author: str
    at: datetime
    settings: Mapping[str, Any]


def letterheads(session: Session) -> dict[str, Letterhead]:
    """The letterhead in each language; an empty text is that of the company's own language, and
    without a name it is the company's as the platform knows it."""
    newest = _newest(session, LETTERHEAD, "")
    stored = newest.settings if newest else {}
    return read_letterheads(session, stored)


def read_letterheads(session: Session, stored: Mapping[str, Any]) -> dict[str, Letterhead]:
    """Letterheads from settings as they are kept: `shared` parts, and texts for each language."""
    shared, texts = stored.get("shared", {}), stored.get("texts", {})
    tenant = binding(session).tenant
    own = texts.get(tenant.locale, {})
    found = {}
    for language in LOCALES:
        given = {name: text for name, text in texts.get(language, {}).items() if text}
        made = _lenient(Letterhead, {**own, **given, **shared})
        found[language] = replace(made, company=made.company or tenant.title)
    return found


def check_letterhead(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a letterhead as they are kept; raises InvalidInput, naming a text that has a
    language as `company.ar`."""
    problems: list[Any] = []
    kept: dict[str, Any] = {"shared": {}, "texts": {}}
    parts = [("", stored.get("shared", {}))]
    parts += [(language, stored.get("texts", {}).get(language, {})) for language in LOCALES]
    for language, given in parts:
        wanted = {name: given[name] for name in given if (name in SHARED) == (not language)}
        try:
            made = write(read(Letterhead, wanted))
        except InvalidInput as error:
            suffix = f".{language}" if language else ""
            problems += [replace(item, field=f"{item.field}{suffix}") for item in error.problems]
            continue
        if language:
            kept["texts"][language] = made
        else:
            kept["shared"] = made
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))
    return kept


def design(session: Session, subject: str, language: str) -> Design:
    """The design of a printed form in a language: its own, else the one for all languages."""
    for asked in (language, ""):
        newest = _newest(session, subject, asked)
        if newest is not None and newest.settings:
            return _lenient(Design, newest.settings)
    return Design()


def versions(session: Session, subject: str, language: str) -> list[Version]:
    """What was saved, the newest first."""
    rows = session.scalars(
        select(PrintDesign)
        .where(PrintDesign.subject == subject, PrintDesign.language == language)
        .order_by(PrintDesign.number.desc())
        .limit(SHOWN)
    )
    return [Version(row.number, row.author, row.created_at, row.settings) for row in rows]


def version(session: Session, subject: str, language: str, number: int) -> Version:
    """One that was saved; raises NotFound."""
    row = session.scalar(
        select(PrintDesign).where(
            PrintDesign.subject == subject,
            PrintDesign.language == language,
            PrintDesign.number == number,
        )
    )
    if row is None:
        raise NotFound(phrase("There is no version {number}.", number=number))
    return Version(row.number, row.author, row.created_at, row.settings)


def save(
    session: Session, subject: str, language: str, settings: Mapping[str, Any], *, after: int
) -> int:
    """Keep these settings as the version that follows `after` and return its number; raises
    Conflict if somebody saved meanwhile."""
    last = session.scalar(
        select(func.coalesce(func.max(PrintDesign.number), 0)).where(
            PrintDesign.subject == subject, PrintDesign.language == language
        )
    )
    if last != after:
        raise Conflict(
            "Somebody else changed this design meanwhile.",
            fix="Open the page again: it shows theirs. Then make your changes once more.",
        )
    session.add(
        PrintDesign(
            subject=subject,
            language=language,
            number=after + 1,
            settings=dict(settings),
            author=binding(session).author.label,
        )
    )
    session.flush()
    return after + 1


def _newest(session: Session, subject: str, language: str) -> PrintDesign | None:
    return session.scalar(
        select(PrintDesign)
        .where(PrintDesign.subject == subject, PrintDesign.language == language)
        .order_by(PrintDesign.number.desc())
        .limit(1)
    )


def _lenient(kind: Any, stored: Mapping[str, Any]) -> Any:
    """What was kept by an older release prints still, without what is no longer understood."""
    try:
        return read(kind, stored)
    except InvalidInput as error:
        wrong = {problem.field for problem in error.problems}
        return read(kind, {name: stored[name] for name in stored if name not in wrong})
