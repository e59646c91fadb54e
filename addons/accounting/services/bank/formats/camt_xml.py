"""Finding one's way in the XML of a CAMT message, whichever version's namespace it bears."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from addons.accounting.services.bank.errors import unreadable, unreadable_at
from addons.accounting.services.bank.formats.marks import one_line, written_amount
from core.api import phrase


class Element(Protocol):
    """What is used of an element of lxml, which brings no types."""

    tag: Any
    text: str | None
    sourceline: int | None

    def get(self, name: str, default: str = "") -> str:
        """The value of an attribute."""
        ...

    def getroottree(self) -> Any:
        """The document."""
        ...

    def __iter__(self) -> Iterator[Element]: ...


def parsed(content: bytes) -> Element:
    """The root of the document; entities, document types and the network are no part of it.

    Raises BankFileIsUnreadable with the line that is no XML.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise unreadable_at(
            phrase("Line {line}", line=line),
            phrase("The file is no well-formed XML from here on."),
            fix=phrase("Ask the bank for the file again; it is damaged or cut off."),
        ) from None
    if root.getroottree().docinfo.doctype:
        raise unreadable(phrase("A bank statement has no document type; this file has one."))
    return root


def name_of(element: Element) -> str:
    """The element's name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element | None, *path: str) -> Iterator[Element]:
    """The elements at a path below an element."""
    if element is None:
        return
    first, *rest = path
    for child in element:
        if name_of(child) == first:
            if rest:
                yield from children(child, *rest)
            else:
                yield child


def child(element: Element | None, *path: str) -> Element | None:
    """The first element at a path."""
    return next(children(element, *path), None)


def said(element: Element | None, *path: str) -> str:
    """The text of the first element at a path, on one line; empty where there is none."""
    found = child(element, *path) if path else element
    return one_line(found.text) if found is not None else ""


def all_said(element: Element | None, *path: str) -> list[str]:
    """The texts of all elements at a path."""
    return [text for found in children(element, *path) if (text := one_line(found.text))]


def place(element: Element) -> str:
    """Where an element stands, for whoever has to look."""
    return phrase("Line {line}, <{name}>", line=element.sourceline or 0, name=name_of(element))


def amount_in(element: Element) -> tuple[Decimal, str]:
    """An amount and its currency; raises BankFileIsUnreadable."""
    amount = written_amount(element.text or "")
    if amount is None or "," in (element.text or ""):
        raise unreadable_at(
            place(element), phrase("{written} is not an amount.", written=(element.text or "")[:40])
        )
    return amount, (element.get("Ccy") or "").strip().upper()


def signed(element: Element, indicator: str) -> tuple[Decimal, str]:
    """An amount with the sign that the credit or debit mark beside it says."""
    amount, currency = amount_in(element)
    if indicator not in ("CRDT", "DBIT"):
        raise unreadable_at(
            place(element), phrase("CdtDbtInd says neither CRDT nor DBIT beside this amount.")
        )
    return (-amount if indicator == "DBIT" else amount), currency


def day_in(element: Element | None) -> date | None:
    """The day of an element with `Dt` or `DtTm`, as the bank writes it; None where none stands.

    Raises BankFileIsUnreadable for what is no day.
    """
    return stamp_day(child(element, "Dt")) or stamp_day(child(element, "DtTm"))


def stamp_day(element: Element | None) -> date | None:
    """The day of an element that holds a day or a time; raises BankFileIsUnreadable."""
    text = said(element)
    if element is None or not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise unreadable_at(
            place(element), phrase("{written} is not a day.", written=text[:40])
        ) from None
