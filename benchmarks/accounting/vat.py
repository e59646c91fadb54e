"""The VAT return of a quarter with a hundred thousand documents: worked out from the ledger, every
box, as it is whenever somebody opens the draft."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Final

import psycopg

from addons.accounting.api import EntryDraft, LineDraft, ensure_account, post_entries
from addons.accounting.options import AccountingOptions
from addons.accounting.services.calendar import ensure_years
from addons.vat.models import VatReturn
from addons.vat.services.filing.drafts import create_return
from addons.vat.services.filing.statement import work_out
from addons.vat.services.install import install
from benchmarks.figure import Figure, against, progress
from benchmarks.stage import Stage
from core.api import set_options

DOCUMENTS: Final = 100_000
_BATCH: Final = 5_000
_START: Final = date(2026, 1, 1)
_DAYS: Final = 90
_KINDS: Final = (
    ("SA-S15", Decimal("115"), "SAL"),
    ("SA-S15", Decimal("115"), "SAL"),
    ("SA-P15", Decimal("115"), "PUR"),
    ("SA-EXPORT", Decimal("100"), "SAL"),
)
_RUNS: Final = 5
LIMIT: Final = 1.0


def measure(stage: Stage) -> Iterator[Figure]:
    """Seconds for the whole return, the median of a few runs."""
    tenant = stage.tenant("vat")
    progress(f"Posting {DOCUMENTS:,} documents with VAT")
    with stage.kernel.session(tenant) as session:
        set_options(session, AccountingOptions, company_currency="SAR")
        ensure_account(session, "Assets:Customers", "Customers", "asset", subtype="receivable")
        ensure_account(session, "Income:Sales", "Sales", "income", subtype="")
        ensure_account(session, "Expenses:Goods", "Goods", "expense", subtype="")
        ensure_years(session, [_START])
        install(session, "SA")
        draft = create_return(
            session, {"start_date": _START, "end_date": _START + timedelta(days=_DAYS - 1)}
        ).id
    for first in range(0, DOCUMENTS, _BATCH):
        with stage.kernel.session(tenant) as session:
            post_entries(session, [_document(at) for at in range(first, first + _BATCH)])
    url = stage.server.url(tenant.runtime.database)
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("VACUUM ANALYZE accounting.journal_entry, accounting.journal_line")
    taken = []
    for _ in range(_RUNS):
        with stage.kernel.session(tenant) as session:
            began = time.perf_counter()
            statement = work_out(session, session.get_one(VatReturn, draft))
            taken.append(time.perf_counter() - began)
            if not statement.reconciles or statement.boxes["16"].tax <= 0:
                raise RuntimeError("the return does not agree with the ledger")
    yield against("vat_return_s", median(taken), "s", LIMIT, f"at most; {DOCUMENTS:,} documents")


def _document(at: int) -> EntryDraft:
    code, gross, journal = _KINDS[at % len(_KINDS)]
    amount = Decimal(at % 997 + 1)
    sign = -1 if journal == "SAL" else 1
    lines = (
        LineDraft("Income:Sales" if sign < 0 else "Expenses:Goods", amount * sign, tax_code=code),
        LineDraft("Assets:Customers", -(amount * gross / 100).quantize(Decimal("0.01")) * sign),
    )
    return EntryDraft(_START + timedelta(days=at % _DAYS), lines, journal=journal)
