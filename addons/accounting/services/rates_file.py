"""Reference rates as the European Central Bank publishes them: an XML file of rates per euro.

    <Cube time="2026-11-20"><Cube currency="USD" rate="1.0821"/> … </Cube>

A rate says how much of a currency one euro is. What one unit of a currency is worth in the
company's currency follows from the two rates of the same day; so the company's currency must be the
euro or in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Context, Decimal, InvalidOperation
from typing import Any, Final

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from sqlalchemy.orm import Session

from addons.accounting.services.currencies import Rate, company_currency, store_rates
from core.api import ImportOutcome, ImportProblem, phrase

SOURCE: Final = "ECB"
_EURO: Final = "EUR"
_DIGITS: Final = Context(prec=12)
"""Beyond the five or six that the bank gives, a crossed rate has nothing to say."""


class _Unreadable(Exception):
    """Why the file cannot be taken, with its line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__()
        self.problem = ImportProblem(line, message)


def import_ecb_rates(session: Session, content: bytes, file_name: str) -> ImportOutcome:
    """Keep the rates of the file, under the source ECB. A file again changes nothing."""
    company = company_currency(session)
    try:
        rates = [
            item
            for day, line, per_euro in _days(content)
            for item in _crossed(day, line, per_euro, company)
        ]
    except _Unreadable as error:
        return ImportOutcome(0, 0, (error.problem,))
    return ImportOutcome(*store_rates(session, rates, SOURCE))


def _days(content: bytes) -> Iterator[tuple[date, int, Mapping[str, Decimal]]]:
    # Neither entities nor anything from outside the file.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _Unreadable(error.lineno or 1, phrase("The file is no XML of rates.")) from None
    days = [cube for cube in root.iter("{*}Cube") if cube.get("time")]
    if not days:
        raise _Unreadable(1, phrase("The file has no day with rates."))
    for cube in days:
        line = cube.sourceline or 1
        try:
            day = date.fromisoformat(cube.get("time") or "")
        except ValueError:
            message = phrase("“{text}” is no date.", text=cube.get("time") or "")
            raise _Unreadable(line, message) from None
        yield day, line, dict(_rates(cube))


def _rates(cube: Any) -> Iterator[tuple[str, Decimal]]:
    yield _EURO, Decimal(1)
    for item in cube.iter("{*}Cube"):
        currency, written = item.get("currency"), item.get("rate")
        if currency is None or written is None:
            continue
        try:
            rate = Decimal(written)
        except InvalidOperation:
            rate = Decimal(0)
        if not (rate.is_finite() and rate > 0):
            message = phrase("{currency} has no rate above zero.", currency=currency)
            raise _Unreadable(item.sourceline or 1, message)
        yield currency, rate


def _crossed(day: date, line: int, per_euro: Mapping[str, Decimal], company: str) -> Iterator[Rate]:
    if company not in per_euro:
        raise _Unreadable(
            line,
            phrase("The file has no rate of {currency}, your own currency.", currency=company),
        )
    for currency, rate in per_euro.items():
        if currency != company:
            yield Rate(currency, day, _DIGITS.divide(per_euro[company], rate))
