"""Rules about dates: of issue, of supply, and how a date is written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from addons.zatca.documents.signing import RIYADH
from addons.zatca.rules.document import Document, squeezed_value
from addons.zatca.rules.nodes import Node
from addons.zatca.rules.rule import ERROR, WARNING, Rule, rule
from core.api import msg

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?")
_REPORTING_TIME = timedelta(hours=24)
_DELIVERY = "cac:Delivery/cbc:"


def day(text: str) -> date | None:
    """The day that a text is, written YYYY-MM-DD, or None."""
    if not _DATE.fullmatch(text.strip()):
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def moment(day_text: str, time_text: str) -> datetime | None:
    """The moment of a date and a time of the document, or None; without a zone, in Riyadh."""
    parts = _TIME.fullmatch(time_text.strip())
    on = day(day_text)
    if on is None or parts is None:
        return None
    zone = parts[4] or ""
    try:
        clock = time(int(parts[1]), int(parts[2]), int(parts[3]))
        offset = UTC if zone == "Z" else datetime.strptime(zone, "%z").tzinfo if zone else RIYADH
    except ValueError:
        return None
    return datetime.combine(on, clock, offset)


@rule(
    "BR-KSA-04",
    ERROR,
    field="issue_date",
    says=msg("The date of the document is in the future."),
    remedy=msg("Correct the date, or the clock of the device."),
)
def not_in_the_future(document: Document) -> Iterable[Node]:
    for one in document.all("cbc:IssueDate"):
        issued = day(one.text)
        if issued is not None and issued > document.today:
            yield one


@rule(
    "BR-KSA-98",
    WARNING,
    field="issue_date",
    says=msg("The simplified document was issued more than 24 hours ago."),
    remedy=msg("Send it now; the authority still takes it, with this warning."),
)
def reported_within_a_day(document: Document) -> Iterable[Node]:
    invoice = document.invoice
    issued = moment(invoice.value("cbc:IssueDate"), invoice.value("cbc:IssueTime"))
    late = issued is not None and document.now - issued > _REPORTING_TIME
    if late and document.type_name.startswith("02"):
        yield invoice


@rule(
    "BR-KSA-15",
    WARNING,
    field="/supply_date",
    says=msg("A tax invoice does not say when goods or services were supplied."),
    remedy=msg("Enter the date of supply."),
)
def supply_date(document: Document) -> Iterable[Node]:
    kinds = {one.text for one in document.invoice.every("cbc:InvoiceTypeCode")}
    supplied = any(one.squeezed for one in document.under(f"{_DELIVERY}ActualDeliveryDate"))
    if document.type_name.startswith("01") and "388" in kinds and not supplied:
        yield document.invoice


@rule(
    "BR-KSA-35",
    WARNING,
    field="/supply_date",
    says=msg("The document says when the supply ended, and not when it began."),
    remedy=msg("Enter the date of supply."),
)
def supply_has_a_beginning(document: Document) -> Iterable[Node]:
    for end in document.under(f"{_DELIVERY}LatestDeliveryDate"):
        if end.parent is not None and not squeezed_value(end.parent, "cbc:ActualDeliveryDate"):
            yield end


@rule(
    "BR-KSA-36",
    WARNING,
    field="/supply_end",
    says=msg("The supply ends before it begins."),
    remedy=msg("Correct the invoice's day of supply, or the last one among the special invoices."),
)
def supply_ends_after_its_beginning(document: Document) -> Iterable[Node]:
    for end in document.under(f"{_DELIVERY}LatestDeliveryDate"):
        begun = end.parent.value("cbc:ActualDeliveryDate") if end.parent is not None else ""
        first, last = _comparable(begun), _comparable(end.text)
        if first is not None and last is not None and last < first:
            yield end


@rule(
    "BR-KSA-72",
    ERROR,
    field="/supply_date",
    says=msg("A simplified summary invoice does not say from when until when it counts."),
    remedy=msg("Enter the first and the last day of supply."),
)
def summary_has_a_period(document: Document) -> Iterable[Node]:
    summary = any(re.search(r"02\d{3}1\d", one.attribute("name")) for one in document.coded)
    period = document.all("cbc:ActualDeliveryDate") and document.all("cbc:LatestDeliveryDate")
    # Asked at the country of a Saudi buyer only.
    return document.saudi_countries if summary and not period else ()


@rule(
    "BR-KSA-F-01",
    ERROR,
    field="dates",
    says=msg("A date is not written as year, month and day (2026-01-31), or does not exist."),
    remedy=msg("Correct the date."),
)
def written_as_dates(document: Document) -> Iterable[Node]:
    found = [
        *document.all("cbc:IssueDate"),
        *document.all("cbc:DueDate"),
        *document.under(f"{_DELIVERY}ActualDeliveryDate"),
        *document.under(f"{_DELIVERY}LatestDeliveryDate"),
        *document.all("cbc:TaxPointDate"),
    ]
    return (one for one in found if not _is_written_well(one.text))


@rule(
    "BR-KSA-F-05",
    WARNING,
    field="issue_time",
    says=msg("The time of an advance invoice is not written as hours, minutes and seconds."),
    remedy=msg("Choose the advance invoice again."),
)
def time_of_advance(document: Document) -> Iterable[Node]:
    found = document.under("cac:InvoiceLine/cac:DocumentReference/cbc:IssueTime")
    return (one for one in found if not _is_time(one.text))


def _comparable(text: str) -> date | None:
    """Only dates of 1800 to 2099 are compared."""
    found = day(text) if len(text) == 10 else None
    return found if found is not None and 1800 <= found.year <= 2099 else None


def _is_written_well(text: str) -> bool:
    """YYYY-MM-DD from the year 2000; the authority has a leap day in every fourth year."""
    parts = _DATE.fullmatch(text)
    if parts is None or parts[1] < "2000":
        return False
    if text.endswith("-02-29"):
        return int(parts[1]) % 100 % 4 == 0
    return day(text) is not None


def _is_time(text: str) -> bool:
    parts = _TIME.fullmatch(text.strip())
    if parts is None:
        return False
    zone = parts[4]
    if zone and zone != "Z" and (int(zone[1:3]) > 14 or int(zone[4:]) > 59):
        return False
    whole = (int(parts[1]), int(parts[2]), int(parts[3]))
    midnight = whole == (24, 0, 0) and not re.search(r"\.0*[1-9]", text)
    return midnight or (whole[0] < 24 and whole[1] < 60 and whole[2] < 60)


RULES: tuple[Rule, ...] = (
    not_in_the_future,
    reported_within_a_day,
    supply_date,
    supply_has_a_beginning,
    supply_ends_after_its_beginning,
    summary_has_a_period,
    written_as_dates,
    time_of_advance,
)
