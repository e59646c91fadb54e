"""What a Saudi business may have to invoice, each case once: kinds, VAT categories with all their
codes, discounts, currencies, advances, special transactions, hard texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from addons.zatca.documents.exemptions import (
    CATEGORY_OF,
    EXEMPTIONS,
    NEEDS_CITIZEN,
    OUT_OF_SCOPE,
)
from addons.zatca.documents.signing import RIYADH
from addons.zatca.documents.values import (
    NOTES,
    Allowance,
    EInvoice,
    Flags,
    Kind,
    Line,
    PrepaidPart,
    Prepayment,
)
from addons.zatca.samples.parties import (
    ABROAD,
    CITIZEN,
    COMPANY,
    PASSER_BY,
    SELLER,
    UNREGISTERED,
)

KINDS: Final[tuple[Kind, ...]] = ("388", "381", "383", "386")
_KIND_NAMES: Final = {"388": "invoice", "381": "credit", "383": "debit", "386": "prepayment"}
_REASON: Final = "Goods returned | إرجاع بضاعة"
_ADVANCE: Final = "16e78469-64af-406d-9cfd-895e724198f0"
_ZERO: Final = Decimal(0)
_FIVE: Final = Decimal(5)
_FIFTEEN: Final = Decimal(15)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A case and the document that shows it."""

    name: str
    invoice: EInvoice


def scenarios(at: datetime) -> tuple[Scenario, ...]:
    """All cases, issued at this moment (aware), numbered in their order."""
    here = at.astimezone(RIYADH)
    found: list[Scenario] = []
    for group in _GROUPS:
        for name, invoice in group(here.date()):
            issued = replace(
                invoice,
                number=f"SMP-{len(found) + 1:04}",
                issue_date=here.date(),
                issue_time=here.time().replace(microsecond=0),
            )
            found.append(Scenario(name, issued))
    return tuple(found)


Case = tuple[str, EInvoice]


def _invoice(today: date, *lines: Line, standard: bool, kind: Kind = "388") -> EInvoice:
    """A sale of these lines, with all that its kind asks for."""
    numbered = tuple(replace(line, id=str(number)) for number, line in enumerate(lines, 1))
    return EInvoice(
        number="",
        issue_date=today,
        issue_time=time(),
        seller=SELLER,
        lines=numbered,
        kind=kind,
        standard=standard,
        buyer=COMPANY if standard else None,
        supply_date=today,
        reason=_REASON if kind in NOTES else "",
        references=("INV-2026-00017",) if kind in NOTES else (),
        payment_means="10",
    )


def _line(name: str = "Laptop | حاسوب محمول", price: str = "100.00", **changes: object) -> Line:
    line = Line("1", name, Decimal(3), Decimal(price))
    return replace(line, **changes)  # pyright: ignore[reportArgumentType]


def _untaxed(code: str) -> Line:
    return _line(
        "Consultation | استشارة",
        "50.00",
        category=CATEGORY_OF[code],
        rate=_ZERO,
        exemption=EXEMPTIONS[code],
    )


def _both() -> Iterator[tuple[str, bool]]:
    yield "standard", True
    yield "simplified", False


def _kinds_and_categories(today: date) -> Iterator[Case]:
    lines: dict[str, Line] = {
        "S15": _line(),
        "S5": _line("Imported before the rate changed | مستورد قبل تغير النسبة", rate=_FIVE),
        "Z": _untaxed("VATEX-SA-35"),
        "E": _untaxed("VATEX-SA-30"),
        "O": _untaxed(OUT_OF_SCOPE),
    }
    for form, standard in _both():
        for kind in KINDS:
            for category, line in lines.items():
                invoice = _invoice(today, line, standard=standard, kind=kind)
                yield f"{form}-{_KIND_NAMES[kind]}-{category}", invoice


def _exemptions(today: date) -> Iterator[Case]:
    for form, standard in _both():
        for code in EXEMPTIONS:
            invoice = _invoice(today, _untaxed(code), standard=standard)
            if code in NEEDS_CITIZEN:
                invoice = replace(invoice, buyer=CITIZEN)
            yield f"{form}-code-{code.replace('(', '-').rstrip(')')}", invoice
        mixed = _invoice(
            today,
            _line(),
            _line("Book | كتاب", rate=_FIVE),
            _untaxed("VATEX-SA-35"),
            _untaxed("VATEX-SA-36"),
            _untaxed("VATEX-SA-29"),
            _untaxed(OUT_OF_SCOPE),
            standard=standard,
        )
        yield f"{form}-mixed-categories", mixed


def _allowances(today: date) -> Iterator[Case]:
    discount = Allowance(Decimal("7.35"), reason="Season sale | تخفيضات", reason_code="95")
    charge = Allowance(Decimal("12.10"), charge=True, reason="Freight | شحن", reason_code="FC")
    zero = {"category": "Z", "rate": _ZERO, "exemption": EXEMPTIONS["VATEX-SA-35"]}
    line = _line(price="33.33")
    for form, standard in _both():
        for kind in KINDS:
            name = f"{form}-{_KIND_NAMES[kind]}"
            plain = _invoice(today, line, standard=standard, kind=kind)
            yield f"{name}-discount", replace(plain, allowances=(discount,))
            yield f"{name}-charge", replace(plain, allowances=(charge,))
            on_line = replace(line, allowances=(discount, charge))
            both = _invoice(today, on_line, standard=standard, kind=kind)
            yield f"{name}-everywhere", replace(both, allowances=(discount, charge))
        mixed = _invoice(today, line, _untaxed("VATEX-SA-35"), standard=standard)
        parts = (discount, charge, replace(discount, **zero), replace(charge, **zero))
        yield f"{form}-allowances-mixed", replace(mixed, allowances=parts)
        unnamed = (Allowance(Decimal(1)), Allowance(Decimal(2), charge=True))
        yield f"{form}-allowances-unnamed", replace(mixed, allowances=unnamed)
        gross = _line(price="89.95", gross_price=Decimal("99.95"))
        yield f"{form}-price-discount", _invoice(today, gross, standard=standard)
        free = _line("Gift | هدية", price="0.00")
        yield f"{form}-free-line", _invoice(today, line, free, standard=standard)


def _currencies(today: date) -> Iterator[Case]:
    rates = {"USD": "3.75", "EUR": "4.0625", "KWD": "12.2249781", "JPY": "0.02418937"}
    for form, standard in _both():
        for currency, rate in rates.items():
            for kind in KINDS:
                invoice = _invoice(today, _line(), _line("Cable", "9.99"), standard=standard)
                note = _invoice(today, *invoice.lines, standard=standard, kind=kind)
                changed = replace(note, currency=currency, rate=Decimal(rate))
                yield f"{form}-{_KIND_NAMES[kind]}-{currency}", changed


def _advances(today: date) -> Iterator[Case]:
    before = today - timedelta(days=20)

    def advance(*parts: PrepaidPart) -> Prepayment:
        return Prepayment("ADV-2026-0003", _ADVANCE, before, time(9, 30, 5), parts)

    taxed = PrepaidPart(Decimal("100.00"), Decimal("15.00"))
    reduced = PrepaidPart(Decimal("20.00"), Decimal("1.00"), rate=_FIVE)
    free = PrepaidPart(Decimal("40.00"), _ZERO, "Z", _ZERO, EXEMPTIONS["VATEX-SA-35"])
    for form, standard in _both():
        plain = _invoice(today, _line(), standard=standard)
        yield f"{form}-advance", replace(plain, prepayments=(advance(taxed),))
        yield f"{form}-advances-two", replace(plain, prepayments=(advance(taxed), advance(taxed)))
        abroad = replace(plain, currency="USD", rate=Decimal("3.75"))
        yield f"{form}-advance-USD", replace(abroad, prepayments=(advance(taxed),))
        paid = PrepaidPart(Decimal("300.00"), Decimal("45.00"))
        yield f"{form}-advance-of-everything", replace(plain, prepayments=(advance(paid),))
        book = _line("Book | كتاب", rate=_FIVE)
        mixed = _invoice(today, _line(), book, _untaxed("VATEX-SA-35"), standard=standard)
        parts = advance(taxed, reduced, free)
        yield f"{form}-advance-mixed", replace(mixed, prepayments=(parts,))
        rounded = replace(mixed, prepayments=(parts,), rounding=Decimal("-0.02"))
        yield f"{form}-advance-rounded", rounded


def _transactions(today: date) -> Iterator[Case]:
    goods = _untaxed("VATEX-SA-32")
    export = replace(_invoice(today, goods, standard=True), buyer=ABROAD)
    yield "standard-export", replace(export, flags=Flags(export=True))
    dollars = replace(export, currency="USD", rate=Decimal("3.75"))
    yield "standard-export-USD", replace(dollars, flags=Flags(export=True))
    services = replace(_invoice(today, _untaxed("VATEX-SA-33"), standard=True), buyer=ABROAD)
    yield "standard-export-services", replace(services, flags=Flags(export=True))
    sold = _invoice(today, _line(), standard=True)
    yield "standard-buyer-unregistered", replace(sold, buyer=UNREGISTERED)
    yield "standard-self-billed", replace(sold, flags=Flags(self_billed=True))
    month = {"supply_date": today.replace(day=1), "supply_end": today}
    for form, standard in _both():
        plain = _invoice(today, _line(), standard=standard)
        yield f"{form}-third-party", replace(plain, flags=Flags(third_party=True))
        yield f"{form}-nominal", replace(plain, flags=Flags(nominal=True))
        buyer = COMPANY if standard else PASSER_BY
        summary = replace(plain, flags=Flags(summary=True), buyer=buyer, **month)
        yield f"{form}-summary", summary
        continuous = replace(plain, flags=Flags(continuous=True), **month)
        yield f"{form}-continuous", continuous
        public = replace(plain, flags=Flags(government=True), contract_reference="GOV-2026-11")
        yield f"{form}-government", public
        referred = replace(plain, order_reference="PO-77", contract_reference="CT-9")
        yield f"{form}-references", replace(referred, notes=("Thank you | شكرا", "2nd note"))
        many = _invoice(today, _line(), standard=standard, kind="381")
        numbers = tuple(f"INV-2026-{number:05}" for number in range(1, 4))
        yield f"{form}-credit-of-several", replace(many, references=numbers)


def _figures(today: date) -> Iterator[Case]:
    cents = [_line(f"Sweet {number} | حلوى", "10.10", quantity=Decimal(1)) for number in range(3)]
    weights = _line("Dates | تمر", "23.4567890123", quantity=Decimal("1.2345"))
    included = _line("Coffee | قهوة", "8.6956521739", quantity=Decimal(3), net=Decimal("26.09"))
    for form, standard in _both():
        yield f"{form}-cents-per-line", _invoice(today, *cents, standard=standard)
        yield f"{form}-weights", _invoice(today, weights, standard=standard)
        yield f"{form}-vat-included", _invoice(today, included, standard=standard)
        rounded = replace(_invoice(today, weights, standard=standard), rounding=Decimal("0.03"))
        yield f"{form}-rounded", rounded
        huge = _line("Plant | مصنع", "123456789.99", quantity=Decimal("98765"))
        yield f"{form}-huge", _invoice(today, huge, standard=standard)
        long = [_line(f"Article {number} | مادة", "1.37") for number in range(1, 121)]
        yield f"{form}-many-lines", _invoice(today, *long, standard=standard)


def _texts(today: date) -> Iterator[Case]:
    hard = {
        "markup": "Fish & <Chips> \"hot\" 'n' | سمك & بطاطس",
        "emoji": "☕ قهوة 🏪 بالحليب",
        "short": "A4",
        "digits": "1234567",
        "lines": "First line\nsecond\tline",
    }
    widest = "ش" * 63 + "."  # 127 bytes: the longest that one byte of length can count
    for form, standard in _both():
        for name, words in hard.items():
            yield f"{form}-text-{name}", _invoice(today, _line(words), standard=standard)
        seller = replace(SELLER, name=widest)
        named = replace(_invoice(today, _line(), standard=standard), seller=seller)
        yield f"{form}-seller-127-bytes", named
        digits = replace(SELLER, building="٢٣٢٢", postal_zone="٢٣٣٣٣", vat_number="٣٩٩٩٩٩٩٩٩٩٠٠٠٠٣")
        arabic = replace(_invoice(today, _line(), standard=standard), seller=digits)
        yield f"{form}-arabic-digits", arabic


_GROUPS: Final[tuple[Callable[[date], Iterator[Case]], ...]] = (
    _kinds_and_categories,
    _exemptions,
    _allowances,
    _currencies,
    _advances,
    _transactions,
    _figures,
    _texts,
)
