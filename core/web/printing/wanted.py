"""One print that was asked for: which form of which resource, how it looks and in what languages
it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from core.db.session import binding
from core.declare import Print
from core.printing.design import Design, Letterhead
from core.web.printing.speaking import Speaker, speaker
from core.web.resources.shape import Shape

Titles = Mapping[str, Mapping[Any, str]]


@dataclass(frozen=True, slots=True)
class Money:
    """Which attributes hold the amount that counts, and its currency."""

    total: str
    currency: str

    def code(self, record: Any) -> str:
        """The currency of one record."""
        return (getattr(record, self.currency) or "") if self.currency else ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One print: which form of which resource, how it looks and speaks. `copies` marks a
    document that had been printed before, by its key."""

    shape: Shape
    form: Print
    design: Design
    letterheads: Mapping[str, Letterhead]
    speaker: Speaker
    money: Money

    @property
    def letterhead(self) -> Letterhead:
        return self.letterheads[self.speaker.language]


def wanted(
    session: Session,
    shape: Shape,
    form: Print,
    language: str,
    design: Design,
    letterheads: Mapping[str, Letterhead],
) -> Wanted:
    """What is to be printed, with the letterhead's answers where the design gives none."""
    letterhead = letterheads[language]
    second = design.second_language or letterhead.second_language
    if second == language:
        # Who writes English and Arabic side by side does so from either side.
        second = binding(session).tenant.locale
    second = "" if second in (language, "none") or second not in letterheads else second
    settled = replace(design, paper=design.paper or letterhead.paper, second_language=second)
    return Wanted(
        shape, form, settled, letterheads, speaker(session, language, second), _money(shape, form)
    )


def _money(shape: Shape, form: Print) -> Money:
    """As declared, else the list's first column of the record itself that has a currency."""
    if form.total:
        return Money(form.total, form.currency)
    for column in shape.columns:
        code = column.currency
        if code is not None and not column.attribute.path and not code.path:
            return Money(column.name, form.currency or code.name)
    return Money("", form.currency)
