"""What a preview shows where there is no record yet: a document with made-up lines."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from core.db.base import utc_now
from core.declare import msg
from core.i18n import direction
from core.i18n.formats import day
from core.printing.design import Design, Letterhead
from core.printing.document import (
    Company,
    Fact,
    Grid,
    GridColumn,
    Label,
    Note,
    Party,
    PrintedDocument,
    Second,
    Sum,
    Words,
)
from core.web.printing.speaking import Speaker, speaker

_LINES = ((msg("First article"), 12, "250.00"), (msg("Second article"), 3, "1180.50"))


def sample_document(
    session: Session, letterheads: dict[str, Letterhead], language: str, design: Design, title: str
) -> PrintedDocument:
    """A document of no record, in this language."""
    letterhead = letterheads[language]
    second = design.second_language or letterhead.second_language
    speaking = speaker(session, language, "" if second == "none" else second)
    rows = tuple(
        (
            str(place),
            speaking.say(name),
            str(quantity),
            speaking.amount(Decimal(price), ""),
            speaking.amount(quantity * Decimal(price), ""),
        )
        for place, (name, quantity, price) in enumerate(_LINES, start=1)
    )
    total = sum((quantity * Decimal(price) for _, quantity, price in _LINES), Decimal(0))
    return PrintedDocument(
        language=language,
        direction=direction(language),
        company=Company(letterhead.company, letterhead.lines),
        second=_second(letterheads, speaking),
        title=Label(design.title) if design.title else speaking.label(title),
        number="0001",
        design=design,
        words=Words(speaking.say(msg("Page {page} of {pages}")), speaking.say(msg("No lines."))),
        party=Party(speaking.label(msg("Customer")), speaking.say(msg("A customer"))),
        facts=(Fact(speaking.label(msg("Date")), day(language, utc_now().date())),),
        intro=design.intro,
        grids=(Grid(Label(""), _columns(speaking), rows),),
        sums=(Sum(speaking.label(msg("Total")), speaking.amount(total, ""), True),),
        notes=_notes(speaking, design, letterhead),
        signatures=design.signatures,
        footer=letterhead.footer,
    )


def _columns(speaking: Speaker) -> tuple[GridColumn, ...]:
    return (
        GridColumn(Label("#"), figure=True),
        GridColumn(speaking.label(msg("Description"))),
        GridColumn(speaking.label(msg("Quantity")), figure=True),
        GridColumn(speaking.label(msg("Price")), figure=True),
        GridColumn(speaking.label(msg("Amount")), figure=True),
    )


def _second(letterheads: dict[str, Letterhead], speaking: Speaker) -> Second | None:
    if not speaking.second:
        return None
    letterhead = letterheads[speaking.second]
    return Second(direction(speaking.second), Company(letterhead.company, letterhead.lines))


def _notes(speaking: Speaker, design: Design, letterhead: Letterhead) -> tuple[Note, ...]:
    notes = []
    if design.bank and letterhead.bank:
        notes.append(Note(speaking.label(msg("Bank details")), letterhead.bank))
    if design.terms:
        notes.append(Note(speaking.label(msg("Terms")), design.terms))
    return tuple(notes)
