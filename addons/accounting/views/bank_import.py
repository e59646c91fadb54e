"""Bringing bank files in: choosing one, telling how a table is written, accepting what is odd."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models.bank import BankAccount
from addons.accounting.permissions import IMPORT_BANK
from addons.accounting.services.bank.accounts import bank_account
from addons.accounting.services.bank.errors import BankFileIsAmbiguous
from addons.accounting.services.bank.formats.table_mapping import (
    ROLES,
    TableMapping,
    titles_mark,
    with_columns,
)
from addons.accounting.services.bank.importing import chosen_account, keep, locked, plan_import
from addons.accounting.services.bank.plan import Plan
from addons.accounting.services.bank.reading import MAX_BYTES, BankFile, read_bank_file
from core.api import (
    ENCODINGS,
    AppError,
    InvalidInput,
    Page,
    Redirect,
    Reply,
    Request,
    Route,
    enqueue,
    msg,
    open_file,
    phrase,
    savepoint,
    store_file,
)

AREA: Final = "bank"
_SHOWN: Final = 12
ORDERS: Final = (
    ("dmy", msg("Day first: 31.12.2026")),
    ("mdy", msg("Month first: 12/31/2026")),
    ("ymd", msg("Year first: 2026-12-31")),
)
SEPARATORS: Final = (
    (",", msg("Comma")),
    (";", msg("Semicolon")),
    ("\t", msg("Tab")),
    ("|", msg("Bar")),
)


class _NotAcceptedError(Exception):
    """Takes back what was kept for a look at it."""


def choose(session: Session, request: Request) -> Page:
    """The page where a file is chosen or dropped."""
    return _choosing(session, request.query.get("bank", ""))


def upload(session: Session, request: Request) -> Reply:
    """A file has come: it is kept, and read as far as it can be read by itself."""
    sent = request.files.get("file")
    chosen = request.form.get("bank", "")
    if sent is None or not sent.size:
        return _choosing(session, chosen, InvalidInput.of("file", phrase("Choose a file.")))
    if sent.size > MAX_BYTES:
        limit = phrase("A bank file has at most {limit} MB.", limit=MAX_BYTES // 2**20)
        return _choosing(session, chosen, InvalidInput.of("file", limit))
    content = sent.read()
    stored = store_file(session, [content], area=AREA)
    try:
        return _go_on(session, request, content, stored.digest, sent.name)
    except AppError as problem:
        return _choosing(session, chosen, problem)


def go_on(session: Session, request: Request) -> Reply:
    """The file that was kept, read again with what was answered since."""
    digest, name = request.form.get("digest", ""), request.form.get("name", "")[:200]
    with open_file(session, digest, area=AREA) as file:
        content = file.read()
    try:
        return _go_on(session, request, content, digest, name)
    except AppError as problem:
        if "column-0" in request.form:
            return _mapping_page(session, request, content, digest, name, problem)
        return _choosing(session, request.form.get("bank", ""), problem)


def _go_on(session: Session, request: Request, content: bytes, digest: str, name: str) -> Reply:
    bank = _bank(session, request)
    known = TableMapping.from_json(bank.mapping) if bank and bank.mapping else None
    mapping = _mapping(request, content) if "column-0" in request.form else None
    try:
        files = read_bank_file(
            content,
            name,
            known=known,
            mapping=mapping,
            day_order=request.form.get("day_order", ""),
        )
    except BankFileIsAmbiguous as question:
        if mapping is not None or known is not None:
            return _mapping_page(session, request, content, digest, name, question)
        return _asking(session, request, digest, name, question)
    if any(file.mapping is not None and not file.statements for file in files):
        return _mapping_page(session, request, content, digest, name)
    bank = locked(session, chosen_account(session, files[0], bank).id)
    return _keep(session, request, bank, files, content, digest, name)


def _keep(
    session: Session,
    request: Request,
    bank: BankAccount,
    files: tuple[BankFile, ...],
    content: bytes,
    digest: str,
    name: str,
) -> Reply:
    """Keep the files, each seeing what the one before it brought; where something is odd and not
    accepted yet, take all of it back and show what there is to accept."""
    accepted = request.form.get("accept") == "yes"
    plans: list[Plan] = []
    try:
        with savepoint(session):
            for file in files:
                plan = plan_import(session, bank, replace(file, name=file.name or name), content)
                plans.append(plan)
                keep(session, bank, plan)
                if file.mapping is not None:
                    bank.mapping = file.mapping.to_json()
            if not accepted and any(plan.warnings for plan in plans):
                raise _NotAcceptedError
    except _NotAcceptedError:
        return _accepting(request, bank, plans, digest, name)
    session.flush()
    if bank.auto_threshold:
        enqueue(session, "accounting.match_bank_lines", bank_account_id=bank.id)
    return Redirect(f"/accounting/bank/{bank.id}", _told(plans))


def _told(plans: list[Plan]) -> str:
    new = sum(plan.new_lines for plan in plans)
    known = sum(plan.known_lines for plan in plans)
    if not new:
        return phrase("Nothing is new in this file: {known} movements are known.", known=known)
    if known:
        return phrase("{new} movements imported; {known} were known.", new=new, known=known)
    return phrase("{new} movements imported.", new=new)


def _choosing(session: Session, chosen: str, problem: AppError | None = None) -> Page:
    banks = session.scalars(
        select(BankAccount).where(BankAccount.active).order_by(BankAccount.name)
    ).all()
    return Page(
        "accounting/bank/import.html",
        {
            "banks": banks,
            "chosen": int(chosen) if chosen.isdecimal() else 0,
            "problem": problem,
            "limit": MAX_BYTES // 2**20,
        },
        status=422 if problem else 200,
    )


def _asking(
    session: Session, request: Request, digest: str, name: str, question: BankFileIsAmbiguous
) -> Page:
    """How dates are written, for a file whose columns need no telling."""
    return Page(
        "accounting/bank/import_dates.html",
        {
            "question": question,
            "digest": digest,
            "name": name,
            "orders": ORDERS[:2],
            "bank": request.form.get("bank", ""),
        },
    )


def _accepting(
    request: Request, bank: BankAccount, plans: list[Plan], digest: str, name: str
) -> Page:
    """What is odd about the file, to be accepted by a person."""
    sent = [(key, value) for key, value in request.form.multi_items() if key != "csrf_token"]
    sent = [item for item in sent if item[0] not in ("digest", "name", "bank", "accept")]
    return Page(
        "accounting/bank/import_accept.html",
        {"bank": bank, "plans": plans, "digest": digest, "name": name, "sent": sent},
        status=409,
    )


def _mapping_page(
    session: Session,
    request: Request,
    content: bytes,
    digest: str,
    name: str,
    problem: AppError | None = None,
) -> Page:
    """The first rows of a table, and above each column what it is taken for."""
    mapping = _mapping(request, content, strict=False)
    file = read_bank_file(content, name)[0]
    if mapping is None:
        mapping = file.mapping or TableMapping(())
    table = file.table
    rows = table.rows if table is not None else ()
    titles = next((row.cells for row in rows if row.line == mapping.header), [])
    below = [row for row in rows if row.line > mapping.header]
    width = max([len(mapping.columns), *(len(row.cells) for row in rows[:200])], default=0)
    banks = session.scalars(
        select(BankAccount).where(BankAccount.active).order_by(BankAccount.name)
    ).all()
    return Page(
        "accounting/bank/import_table.html",
        {
            "banks": banks,
            "bank": request.form.get("bank", ""),
            "digest": digest,
            "name": name,
            "problem": problem,
            "mapping": mapping,
            "roles": ROLES,
            "orders": ORDERS,
            "encodings": ENCODINGS,
            "separators": SEPARATORS,
            "titles": titles,
            "width": min(width, 60),
            "rows": below[:_SHOWN],
            "count": len(below),
            "is_csv": table is not None and table.kind == "csv",
        },
        status=422 if problem else 200,
    )


def _mapping(request: Request, content: bytes, *, strict: bool = True) -> TableMapping | None:
    """The mapping as the form has it; None where the form has none. Titles are marked anew, since
    another line may have been chosen."""
    form = request.form
    if "column-0" not in form:
        return None
    columns: dict[int, str] = {}
    for key, value in form.items():
        place = key.removeprefix("column-")
        if key.startswith("column-") and place.isdecimal() and int(place) < 500:
            columns[int(place)] = value
    header = form.get("header", "0")
    settings: dict[str, Any] = {
        "columns": (),
        "header": int(header) if header.isdecimal() else 0,
        "encoding": form.get("encoding", ""),
        "separator": form.get("separator", ""),
        "decimal": form.get("decimal", "."),
        "day_order": form.get("day_order", ""),
        "inverse": form.get("inverse") == "yes",
        "signed_debit": form.get("signed_debit") == "yes",
    }
    mapping = with_columns(TableMapping(**settings), columns)
    if mapping.header:
        rows = read_bank_file(content, mapping=None)[0].table
        mapping = replace(mapping, titles=titles_mark(rows.rows if rows else (), mapping.header))
    return TableMapping.from_json(mapping.to_json()) if strict else mapping


def _bank(session: Session, request: Request) -> BankAccount | None:
    chosen = request.form.get("bank", "")
    return bank_account(session, int(chosen)) if chosen.isdecimal() and int(chosen) else None


def _limit(session: Session) -> int:
    return MAX_BYTES + 2**20


ROUTES: Final = (
    Route("GET", "/bank/import", choose, IMPORT_BANK),
    Route("POST", "/bank/import", upload, IMPORT_BANK, upload=_limit),
    Route("POST", "/bank/import/go-on", go_on, IMPORT_BANK),
)
