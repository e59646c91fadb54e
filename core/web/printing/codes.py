"""The codes on a document: its barcode and its QR code, as drawings."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from core.declare import Print
from core.printing.codes import barcode_svg, qr_svg, symbology_of
from core.printing.document import Code

QR_HEIGHT: Final = 28.0
BARCODE_HEIGHT: Final = 13.0


def codes_of(session: Session, form: Print, record: Any) -> tuple[Code, ...]:
    """What is drawn on this record's paper."""
    drawn = []
    held = form.qr(session, record) if form.qr else ""
    if held:
        drawn.append(Code(qr_svg(held), QR_HEIGHT, square=True))
    text = getattr(record, form.barcode) if form.barcode else None
    if text:
        drawn.append(Code(barcode_svg(str(text), symbology_of(str(text))), BARCODE_HEIGHT))
    return tuple(drawn)
