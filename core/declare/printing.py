"""What a resource can declare about its paper: documents, labels and receipts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PrintKind = Literal["document", "label", "receipt"]


@dataclass(frozen=True, slots=True)
class LineColumn:
    """A column of printed lines that no field holds: `LineColumn("Amount", lambda line:
    line.quantity * line.price)`. Amounts are written with the digits of the document's currency
    and added up under the column where `total` is set."""

    title: str
    value: Callable[[Any], Any]
    total: bool = False


@dataclass(frozen=True, slots=True)
class PrintSum:
    """A figure in the box of sums, above the total: a title and an attribute of the record."""

    title: str
    attribute: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text file that travels inside a document's PDF: its data for programs, as of a day."""

    name: str
    content: str
    media_type: str
    day: date


@dataclass(frozen=True, slots=True)
class Print:
    """A way to print a record: `Resource(prints=(Print(party="customer_id"),))`.

    Without any, a resource prints one document made from its form's sections and its lines; so
    each of these says only what is different. `title` is what the paper is called (the
    resource's `singular`), `number` the attribute that names this one (its `record_title`).
    Where a record has a title of its own, as the law may want it, `titled(session, record)` says
    it, and nothing otherwise: it stands on the paper whatever the company calls the others.

    `party` is the reference whom the paper is for, with `address(session, record)` for the lines
    under the name. `total` is the amount that counts, in `currency` (an attribute that holds an
    ISO code): written large and in words. Both are those of the list's column with a currency
    unless given. `sums` stand above it. `columns` are added to the lines, `leave_out` names
    fields that are never on paper, those of lines as "lines.cost". `barcode` is the attribute
    printed as a barcode: EAN-13 where it is one, Code 128 otherwise; `qr(session, record)` is
    what a QR code holds. With what `attach(session, record)` returns, the PDF of one record is
    a PDF/A-3 (ISO 19005-3) that holds it; several in one file hold none.

    `when(record)` says whether the record is printed so in its present state. A `label` shows
    `fields` beside its barcode. A `template` is a typst file of the addon's own: it imports
    `lib.typ` and finds the documents in `json(bytes(sys.inputs.batch)).documents`, each with
    what `data(session, record)` returned; files beside it can be imported.
    """

    name: str = "document"
    title: str = ""
    titled: Callable[[Session, Any], str] | None = None
    kind: PrintKind = "document"
    number: str = ""
    party: str = ""
    address: Callable[[Session, Any], Iterable[str]] | None = None
    currency: str = ""
    total: str = ""
    sums: tuple[PrintSum, ...] = ()
    columns: tuple[LineColumn, ...] = ()
    fields: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    barcode: str = ""
    qr: Callable[[Session, Any], str] | None = None
    attach: Callable[[Session, Any], Attachment | None] | None = None
    when: Callable[[Any], bool] = lambda record: True
    template: Path | None = None
    data: Callable[[Session, Any], Mapping[str, Any]] | None = None
