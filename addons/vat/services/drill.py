"""What is behind a box: the lines of the ledger that it reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from addons.accounting.api import TaxLine, TaxLineQuery, tax_lines
from addons.vat.models import VatReturn
from addons.vat.services.filing.figures import codes_of
from addons.vat.services.filing.scope import filed_line_ids, scope_of
from addons.vat.services.forms import FORMS, Box
from addons.vat.services.known import known_taxes
from core.api import NotFound, phrase

PAGE: int = 100


@dataclass(frozen=True, slots=True)
class BoxLines:
    """A page of the lines behind a box, and where the next begins."""

    box: Box
    lines: Sequence[TaxLine]
    late: frozenset[int]
    following: tuple[date, int] | None


def lines_behind(
    session: Session, vat_return: VatReturn, box_key: str, after: tuple[date, int] | None = None
) -> BoxLines:
    """The lines of the taxes that a box gathers, oldest first: of a draft those that the ledger
    has now, of a filed return those that it reported."""
    form = FORMS[vat_return.form]
    if box_key not in form.keys:
        raise NotFound(phrase("The form has no box {box}.", box=box_key))
    box = form.box(box_key)
    scope = scope_of(session, vat_return)
    query = scope.whole
    if vat_return.state != "draft":
        query = TaxLineQuery(scope.currency, ids=filed_line_ids(session, vat_return))
    codes = codes_of(form, box, known_taxes(session))
    if box_key == form.corrections:
        query, codes = scope.late_lines, list(known_taxes(session))
    found = tax_lines(session, query, codes, limit=PAGE + 1, after=after or (date.min, 0))
    shown = found[:PAGE]
    more = (shown[-1].date, shown[-1].id) if len(found) > PAGE else None
    return BoxLines(box, shown, frozenset(scope.late), more)
