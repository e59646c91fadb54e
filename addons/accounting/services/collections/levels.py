"""Levels of reminding: how they are kept, which one an item has come to, and what letters say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from addons.accounting.models.dunning import DunningLevel, DunningText
from addons.accounting.services.collections.usual_letters import USUAL_LEVELS
from core.api import InvalidInput, Problem, phrase

_FIELDS: Final = (
    "position", "name", "days", "fee", "post_fee", "interest_percent", "active",
)  # fmt: skip
PLACES: Final = ("partner", "company", "overdue", "interest", "fee", "total", "date")
"""What a letter's text may name in braces."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A level as far as the choice of it goes: its place, and the days overdue it begins at."""

    position: int
    days: int


@dataclass(frozen=True, slots=True)
class Reached:
    """The last level that an item got (0: none), and how many days ago."""

    position: int = 0
    days_ago: int = 0


def next_rung(overdue: int, reached: Reached, rungs: Sequence[Rung]) -> Rung | None:
    """The level that an item comes to, so many days after it was due; None where it is not due
    for one. Levels come one at a time and in order, and as far apart as their days are: who got
    the first one late gets the second one late."""
    following = [rung for rung in rungs if rung.position > reached.position]
    first = min(following, key=lambda rung: rung.position, default=None)
    if first is None or overdue < first.days:
        return None
    before = next((rung.days for rung in rungs if rung.position == reached.position), None)
    apart = 0 if before is None else first.days - before
    return first if reached.position == 0 or reached.days_ago >= max(apart, 1) else None


def save_level(session: Session, level: DunningLevel, values: Mapping[str, Any]) -> DunningLevel:
    """Keep a level with its texts; raises InvalidInput naming what is wrong."""
    for name in _FIELDS:
        if name in values:
            setattr(level, name, values[name])
    if "texts" in values:
        known = {text.language: text for text in level.texts}
        level.texts = [
            _filled(known.get(given["language"]) or DunningText(), given)
            for given in values["texts"]
        ]
    with session.no_autoflush:
        problems = tuple(_problems(session, level))
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)
    session.add(level)
    session.flush()
    return level


def text_for(level: DunningLevel, language: str) -> DunningText:
    """The letter in this language, else in English, else in whichever there is."""
    texts = {text.language: text for text in level.texts}
    found = texts.get(language) or texts.get("en") or next(iter(texts.values()), None)
    if found is None:
        raise InvalidInput.of(
            "texts",
            phrase("Level {name} has no letter.", name=level.name),
            fix=phrase("Write it under Receivables and payables > Reminder levels."),
        )
    return found


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with values put in for names in braces; any other brace stays as it is."""
    for name in PLACES:
        text = text.replace(f"{{{name}}}", values.get(name, ""))
    return text


def install_levels(session: Session) -> None:
    """Three usual levels in three languages, for a company that has none. Without fees."""
    if session.scalar(select(exists().where(DunningLevel.id.is_not(None)))):
        return
    for position, (name, days, texts) in enumerate(USUAL_LEVELS, start=1):
        level = DunningLevel(position=position, name=name, days=days)
        level.texts = [
            DunningText(language=language, subject=subject, body=body)
            for language, subject, body in texts
        ]
        session.add(level)
    session.flush()


def _filled(text: DunningText, given: Mapping[str, Any]) -> DunningText:
    text.language, text.subject = given["language"], given["subject"]
    text.body = given["body"]
    return text


def _problems(session: Session, level: DunningLevel) -> list[Problem]:
    found = []
    languages = [text.language for text in level.texts]
    if len(languages) != len(set(languages)):
        found.append(Problem("texts", phrase("There are two letters in one language.")))
    if not level.texts:
        found.append(Problem("texts", phrase("Write the letter in one language at least.")))
    others = session.scalars(
        select(DunningLevel).where(DunningLevel.id != (level.id or 0), DunningLevel.active)
    ).all()
    if any(other.position == level.position for other in others):
        found.append(Problem("position", phrase("There is a level with this place already.")))
    for other in others:
        rises = (other.position < level.position) == (other.days < level.days)
        if other.position != level.position and not rises:
            message = phrase("Days rise with the levels; {name} has {days}.",
                             name=other.name, days=other.days)  # fmt: skip
            found.append(Problem("days", message))
    if (level.fee or Decimal(0)) < 0:
        found.append(Problem("fee", phrase("A fee cannot be negative.")))
    return found
