"""From a cell's text to a value, as the field's kind reads it: in the file's own way of writing,
with choices and truths by their titles in any language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any, Final

from core.declare import msg
from core.i18n import LOCALES, Languages, phrase
from core.importing.layout import Layout
from core.importing.rows import Native
from core.web.importing.matching import plain
from core.web.importing.targets import Target
from core.web.resources.culture import Culture, culture_of
from core.web.resources.kinds import Boolean, Choice, Text, Unreadable
from core.web.resources.kinds_figures import Measure, Moment, Number
from core.web.resources.moments import NotAMoment, read_date

LEFT_OUT: Final = object()
"""Of a cell that says nothing: the record keeps what it has, a new one gets its default."""
ReadCell = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Writing:
    """How the texts of a file are written, and its typed cells."""

    texts: Culture
    natives: Culture

    @classmethod
    def of(cls, layout: Layout, locale: str, timezone: str, *, typed: bool = False) -> Writing:
        """The writing of a file with this layout, in the company's time zone; `typed`, that of
        the person at the keyboard, who stands in for columns that the file has not."""
        base = culture_of(locale, timezone)
        of_file = replace(
            base, decimal=layout.decimal, group=layout.group, day_order=layout.day_order
        )
        natives = replace(base, decimal=".", group=",", day_order="ymd")
        return cls(base if typed else of_file, natives)


def cell_reader(target: Target, writing: Writing, languages: Languages) -> ReadCell:
    """Reads the filled cells of a column; raises Unreadable."""
    kind = target.kind
    if isinstance(kind, Choice):
        return _by_title(_choices(kind, languages), _listed(_titles(kind)))
    if isinstance(kind, Boolean):
        return _by_title(_truths(kind, languages), _listed((msg("Yes"), msg("No"))))
    texts, natives = writing.texts, writing.natives
    if isinstance(kind, Moment):
        return lambda text: _moment(kind, text, natives if isinstance(text, Native) else texts)
    if isinstance(kind, Number | Measure):
        return _number(kind, texts, natives)
    return lambda text: kind.read(text, natives if isinstance(text, Native) else texts)


def blank(target: Target, *, creating: bool) -> Any:
    """What an empty cell means; raises Unreadable where there must be something."""
    item = target.item
    if item is None:
        return LEFT_OUT
    if item.required:
        raise Unreadable(phrase("This must not be empty."))
    if item.nullable:
        return None
    return "" if isinstance(item.kind, Text) and not creating else LEFT_OUT


def _by_title(known: dict[str, Any], offered: str) -> ReadCell:
    def read(text: str) -> Any:
        try:
            return known[plain(text)]
        except KeyError:
            raise Unreadable(phrase("Write one of these: {choices}.", choices=offered)) from None

    return read


def _number(kind: Number | Measure, texts: Culture, natives: Culture) -> ReadCell:
    example = phrase(
        "Write a number such as {example}.", example=f"1{texts.group}234{texts.decimal}50"
    )

    def read(text: str) -> Any:
        try:
            return kind.read(text, natives if isinstance(text, Native) else texts)
        except Unreadable as error:
            # The kind would show how the reader writes, and not the file.
            other = getattr(error.message, "message", "") == example.message
            raise Unreadable(example if other else error.message) from None

    return read


def _choices(kind: Choice, languages: Languages) -> dict[str, Any]:
    """Values by title in any language and by what is stored; what is stored wins."""
    known = {
        plain(languages.translate(locale, title)): kind.members[key]
        for locale in LOCALES
        for key, title in kind.labels.items()
    }
    return known | {plain(key): value for key, value in kind.members.items()}


def _listed(titles: Iterable[str]) -> str:
    """Titles one after the other, each translated where they are shown."""
    named = {f"title{place}": phrase(title) for place, title in enumerate(titles)}
    return phrase(", ".join(f"{{{name}}}" for name in named), **named)


def _titles(kind: Choice) -> Iterable[str]:
    return (kind.labels.get(key, key) for key in kind.members)


def _truths(kind: Boolean, languages: Languages) -> dict[str, bool]:
    known = {"x": True, "y": True, "n": False, "true": True, "false": False, "1": True, "0": False}
    for value in (True, False):
        title = kind.show(value, culture_of("en", "UTC"))
        known |= {plain(languages.translate(locale, title)): value for locale in LOCALES}
    return known


def _moment(kind: Moment, text: str, culture: Culture) -> Any:
    """A day and a time of day in the file's order where it is no ISO moment."""
    try:
        return kind.read(text, culture)
    except Unreadable:
        first, _, rest = text.strip().partition(" ")
        try:
            day = read_date(first, culture)
            clock = time.fromisoformat(rest.strip().zfill(5)) if rest.strip() else time()
        except (NotAMoment, ValueError):
            raise
    return kind.read(datetime.combine(day, clock).isoformat(), culture)
