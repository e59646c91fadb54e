"""Printing one record: `print_pdf`, for pages, jobs, mail and addons alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.addons.states import view
from core.belongings import read_file
from core.db.session import binding
from core.declare import Print, Resource
from core.errors import NotFound
from core.i18n.locales import LOCALES
from core.i18n.phrases import phrase
from core.printing import designs
from core.printing.design import Letterhead
from core.printing.maker import made_by
from core.printing.models import PrintedCopy
from core.printing.setting import Batch, Stationery, set_pdf, set_receipt
from core.web.printing.forms import form_named, subject_of
from core.web.printing.gathering import gather, number_of
from core.web.printing.wanted import Wanted, wanted
from core.web.resources.effective import shape_for
from core.web.resources.shape import Shape
from core.web.resources.shaping import shape_of

RECEIPT_MM: Final = 72.0
"""What a printer prints on of an 80 mm roll."""
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


@dataclass(frozen=True, slots=True)
class Pdf:
    """A printed file: its bytes, and the name that it is saved under."""

    content: bytes
    name: str


def print_pdf(
    session: Session,
    resource: Resource | Shape | str,
    record: Any,
    language: str = "",
    *,
    form: str = "",
    way: str = "",
) -> Pdf:
    """A record as PDF, in the given language or the company's: what the print button gives. Who
    cannot import the resource gives its full name. The record need not be stored.

    `form` is the name of one of the resource's `prints`; the first document otherwise. The
    caller has made sure that whoever acts may read the record. With a `way`, such as "mail", it
    counts as a print and is written to the record's log of them.
    """
    shape = resource if isinstance(resource, Shape) else _shape(session, resource)
    language = known_language(session, language)
    order = order_of(session, shape, form_named(shape, form), language)
    pdf = pdf_of(session, order, record, printed_before(session, order, record))
    if way:
        log_print(session, order, [getattr(record, shape.key.name)], way)
    return pdf


def order_of(session: Session, shape: Shape, form: Print, language: str) -> Wanted:
    """What is to be printed, in the design and with the letterhead that the company keeps."""
    design = designs.design(session, subject_of(shape, form), language)
    return wanted(session, shape, form, language, design, designs.letterheads(session))


def pdf_of(session: Session, order: Wanted, record: Any, before: int = 0) -> Pdf:
    """One record as PDF; `before` is how often it had been printed."""
    is_receipt = order.form.kind == "receipt"
    if is_receipt:
        order = replace(order, design=replace(order.design, numbered=False))
    documents = gather(session, order, [record], {getattr(record, order.shape.key.name): before})
    name = file_name(session, order, record)
    held = order.form.attach(session, record) if order.form.attach else None
    batch = Batch(stationery(session, order, name.removesuffix(".pdf")), documents, held)
    content = set_receipt(batch, millimetres=RECEIPT_MM) if is_receipt else set_pdf(batch)
    return Pdf(made_by(content, binding(session).tenant.brand.maker), name)


def stationery(session: Session, order: Wanted, title: str) -> Stationery:
    """Letterhead, logo and template of a print."""
    return Stationery(
        letterhead=order.letterhead,
        logo=logo_of(session, order.letterhead),
        template=order.form.template,
        title=title,
    )


def logo_of(session: Session, letterhead: Letterhead) -> bytes:
    """The company's logo; nothing where there is none, or its file is gone."""
    if not letterhead.logo:
        return b""
    try:
        return b"".join(read_file(session, letterhead.logo))
    except NotFound:
        return b""


def file_name(session: Session, order: Wanted, record: Any) -> str:
    """What the file is saved as: the document's title and number."""
    speaking, titled = order.speaker, order.form.titled
    own = titled(session, record) if titled else ""
    title = speaking.say(own) if own else order.design.title
    title = title or speaking.say(order.form.title or order.shape.resource.singular)
    number = number_of(order.shape, order.form, record, speaking)
    whole = number if title in number else f"{title} {number}"
    return f"{_UNSAFE.sub('-', whole).strip(' .')[:120]}.pdf"


def known_language(session: Session, language: str) -> str:
    """A shipped language: the one asked for, or the company's."""
    if language in LOCALES:
        return language
    if language:
        raise NotFound(phrase("There is no language {code}.", code=language))
    own = binding(session).tenant.locale
    return own if own in LOCALES else "en"


def printed_before(session: Session, order: Wanted, record: Any) -> int:
    """How often this form of the record has been printed."""
    return prints_of(session, order, [getattr(record, order.shape.key.name)]).get(
        str(getattr(record, order.shape.key.name)), 0
    )


def prints_of(session: Session, order: Wanted, keys: list[Any]) -> Mapping[str, int]:
    """How often this form of these records has been printed, by key as text."""
    rows = session.execute(
        select(PrintedCopy.record, func.max(PrintedCopy.number).label("number"))
        .where(
            PrintedCopy.resource == order.shape.full_name,
            PrintedCopy.form == order.form.name,
            PrintedCopy.record.in_([str(key) for key in keys]),
        )
        .group_by(PrintedCopy.record)
    )
    return {row.record: row.number for row in rows}


def log_print(session: Session, order: Wanted, keys: list[Any], way: str) -> list[int]:
    """Write down that these records were printed; `way` is "paper", "receipt", "label" or
    "mail". Returns the entries' ids, in the order of the keys."""
    if not keys:
        return []
    author = binding(session).author
    values = {
        "resource": order.shape.full_name,
        "form": order.form.name,
        "keys": [str(key) for key in keys],
        "language": order.speaker.language,
        "way": way,
        "author": author.label,
        "user_id": author.user_id,
    }
    # Two who print at the same time are counted one after the other.
    session.execute(_ONE_AT_A_TIME, values)
    return list(session.scalars(_LOG, values))


_ONE_AT_A_TIME: Final = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('core.printed_copy ' || :resource, 0))"
)
_LOG: Final = text("""
INSERT INTO core.printed_copy
       (resource, record, form, number, language, way, author, user_id)
SELECT :resource, asked.record, :form, 1 + COALESCE(
         (SELECT max(number) FROM core.printed_copy AS earlier
           WHERE earlier.resource = :resource AND earlier.record = asked.record
             AND earlier.form = :form), 0),
       :language, :way, :author, :user_id
  FROM unnest(CAST(:keys AS text[])) WITH ORDINALITY AS asked (record, place)
 ORDER BY asked.place
RETURNING id
""")


def _shape(session: Session, resource: Resource | str) -> Shape:
    for name, owned in view(session).resources.items():
        if owned.item is resource or name == resource:
            return shape_for(session, shape_of(owned))
    name = resource if isinstance(resource, str) else resource.name
    raise NotFound(phrase("There is no resource {name}.", name=name))
