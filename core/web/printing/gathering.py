"""From records to printed documents: values in their language, titles of what they refer to.

What is the same for all documents of a print is worked out once, so that a run of thousands
costs little more than reading the records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.declare import Print, msg
from core.i18n import direction
from core.i18n.phrases import phrase
from core.printing.design import Letterhead
from core.printing.document import (
    Company,
    Fact,
    Label,
    Note,
    Party,
    PrintedDocument,
    Second,
    Sum,
    Words,
)
from core.web.printing.codes import codes_of
from core.web.printing.forms import title_of
from core.web.printing.grids import grid_of
from core.web.printing.speaking import Speaker, breakable
from core.web.printing.wanted import Titles, Wanted
from core.web.printing.wording import in_words
from core.web.resources.effective import with_values
from core.web.resources.kinds import Reference
from core.web.resources.references import titles_of
from core.web.resources.shape import Input, Shape


def gather(
    session: Session,
    order: Wanted,
    records: Sequence[Any],
    copies: Mapping[Any, int] | None = None,
) -> list[PrintedDocument]:
    """The documents of these records, in their order. `copies` tells, by key, how often each was
    printed before."""
    with_values(session, order.shape, records)
    titles = _titles(session, order.shape, records)
    frame = _Frame(order)
    made = []
    for record in records:
        before = (copies or {}).get(getattr(record, order.shape.key.name), 0)
        made.append(frame.document(session, record, titles, before))
    return made


def number_of(shape: Shape, form: Print, record: Any, speaking: Speaker) -> str:
    """How one document is called."""
    number = getattr(record, form.number) if form.number else None
    return speaking.say(str_or_phrase(number or shape.resource.record_title(record)))


def str_or_phrase(value: Any) -> str:
    """A text as it is, phrases included, and anything else as text."""
    return value if isinstance(value, str) else str(value)


class _Frame:
    """What all documents of one print share."""

    def __init__(self, order: Wanted) -> None:
        self._order = order
        speaking, shape = order.speaker, order.shape
        self._label = {
            item.name: speaking.label(item.title)
            for item in (*shape.inputs, *(i for grid in shape.grids for i in grid.inputs))
        }
        self._show = {item.name: speaking.shower(item.kind) for item in shape.inputs}
        self._words = Words(
            page=speaking.say(msg("Page {page} of {pages}")),
            no_lines=speaking.say(msg("No lines.")),
        )
        title = order.design.title or title_of(shape, order.form)
        self._title = Label(title) if order.design.title else speaking.label(title)
        self._state = next(
            (column for column in shape.columns if column.tones and not column.attribute.path), None
        )
        self._state_text = speaking.shower(self._state.kind) if self._state else None

    def document(
        self, session: Session, record: Any, titles: Titles, before: int
    ) -> PrintedDocument:
        order, speaking = self._order, self._order.speaker
        number = number_of(order.shape, order.form, record, speaking)
        design = order.design
        currency = order.money.code(record)
        return PrintedDocument(
            language=speaking.language,
            direction=direction(speaking.language),
            company=_company(order.letterhead),
            second=self._second(),
            title=self._titled(session, record),
            number=breakable(number),
            tags=self._tags(record, before),
            design=design,
            words=self._words,
            party=self._party(session, record, titles),
            facts=tuple(self._facts(record, titles, number)),
            intro=design.intro,
            grids=tuple(
                grid_of(order, grid, record, titles, currency) for grid in order.shape.grids
            ),
            sums=tuple(self._sums(record, currency)),
            in_words=in_words(order, record, currency) if design.in_words else None,
            codes=codes_of(session, order.form, record) if design.codes else (),
            notes=tuple(self._notes(record)),
            signatures=design.signatures,
            footer=order.letterhead.footer,
            data=order.form.data(session, record) if order.form.data else {},
        )

    def _titled(self, session: Session, record: Any) -> Label:
        titled = self._order.form.titled
        own = titled(session, record) if titled else ""
        return self._order.speaker.label(own) if own else self._title

    def _second(self) -> Second | None:
        language = self._order.speaker.second
        if not language:
            return None
        return Second(direction(language), _company(self._order.letterheads[language]))

    def _tags(self, record: Any, before: int) -> tuple[str, ...]:
        tags = []
        if self._state is not None and self._state_text is not None:
            value = getattr(record, self._state.name)
            tone = "" if value is None else self._state.tones.get(self._state.kind.write(value), "")
            open_still = not tone and self._order.shape.resource.editable(record)
            if value is not None and (tone in ("warning", "bad") or open_still):
                tags.append(self._state_text(value))
        if before and self._order.design.copy_mark:
            tags.append(self._order.speaker.say(phrase("Copy {number}", number=str(before))))
        return tuple(tags)

    def _party(self, session: Session, record: Any, titles: Titles) -> Party | None:
        form = self._order.form
        item = next((i for i in self._order.shape.inputs if i.name == form.party), None)
        value = None if item is None else getattr(record, item.name)
        if item is None or value is None or form.party in self._order.design.hidden:
            return None
        lines = form.address(session, record) if form.address else ()
        text = breakable(self._text(item, value, titles))
        return Party(self._label[item.name], text, tuple(line for line in lines if line))

    def _facts(self, record: Any, titles: Titles, number: str) -> list[Fact]:
        form, money = self._order.form, self._order.money
        elsewhere = {form.party, money.total, money.currency if money.total else ""}
        if self._state is not None:
            elsewhere.add(self._state.name)
        facts = []
        for item in self._printed():
            if item.name in elsewhere or item.kind.control == "multiline":
                continue
            value = getattr(record, item.name)
            text = "" if value is None else self._text(item, value, titles)
            if text and text != number:
                facts.append(Fact(self._label[item.name], breakable(text), item.kind.figure))
        return facts

    def _notes(self, record: Any) -> list[Note]:
        notes = [
            Note(self._label[item.name], breakable(str(getattr(record, item.name))))
            for item in self._printed()
            if item.kind.control == "multiline" and getattr(record, item.name)
        ]
        speaking, letterhead = self._order.speaker, self._order.letterhead
        if self._order.design.bank and letterhead.bank:
            notes.append(Note(speaking.label(msg("Bank details")), letterhead.bank))
        if self._order.design.terms:
            notes.append(Note(speaking.label(msg("Terms")), self._order.design.terms))
        return notes

    def _sums(self, record: Any, currency: str) -> list[Sum]:
        money, speaking = self._order.money, self._order.speaker
        total = getattr(record, money.total) if money.total else None
        if not self._order.design.totals or total is None:
            return []
        above = [
            Sum(speaking.label(item.title), speaking.amount(value, currency))
            for item in self._order.form.sums
            if (value := getattr(record, item.attribute)) is not None
        ]
        return [*above, Sum(speaking.label(msg("Total")), speaking.money(total, currency), True)]

    def _printed(self) -> list[Input]:
        out = {*self._order.form.leave_out, *self._order.design.hidden}
        return [
            item for item in self._order.shape.inputs if not item.secret and item.name not in out
        ]

    def _text(self, item: Input, value: Any, titles: Titles) -> str:
        if isinstance(item.kind, Reference):
            found = titles.get(item.kind.resource, {}).get(value, str(value))
            return self._order.speaker.say(found)
        return self._show[item.name](value)


def _company(letterhead: Letterhead) -> Company:
    return Company(letterhead.company, letterhead.lines)


def _titles(session: Session, shape: Shape, records: Sequence[Any]) -> Titles:
    """What the records' references are called, in one query for each resource."""
    keys: dict[str, set[Any]] = {}
    for item in shape.inputs:
        if isinstance(item.kind, Reference):
            held = keys.setdefault(item.kind.resource, set())
            held.update(getattr(record, item.name) for record in records)
    for grid in shape.grids:
        for item in grid.inputs:
            if isinstance(item.kind, Reference):
                held = keys.setdefault(item.kind.resource, set())
                for record in records:
                    held.update(getattr(line, item.name) for line in getattr(record, grid.name))
    return {resource: titles_of(session, resource, held) for resource, held in keys.items()}
