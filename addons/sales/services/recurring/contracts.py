"""Writing contracts. What was invoiced of one stays as it was; what comes after can change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.sales.models.recurring import (
    Contract,
    ContractIndexation,
    ContractLine,
    ContractPause,
)
from addons.sales.services.amounts import HUNDRED, ZERO, step_of, to_step
from addons.sales.services.customers import customer_of
from addons.sales.services.products_of_lines import goods_of
from addons.sales.services.recurring.charges import active_days, invoice_day, monthly
from addons.sales.services.recurring.fitting import (
    require_head,
    require_indexations,
    require_line,
    require_pauses,
)
from addons.sales.services.recurring.invoiced import said_until
from addons.sales.services.recurring.periods import ONE_DAY, next_period
from addons.sales.services.recurring.terms import current_period, terms_of
from core.api import AppError, Conflict, InvalidInput, actor, phrase, today

_HEAD: Final = (
    "name",
    "starts_on",
    "ends_on",
    "anchor",
    "unit",
    "every",
    "timing",
    "prorata",
    "making",
    "rate",
    "discount_percent",
    "notice_days",
    "reference",
    "salesperson_id",
    "team_id",
    "branch_id",
    "note",
)
_MAY_BE_EMPTY: Final = frozenset({"ends_on", "rate", "salesperson_id", "team_id", "branch_id"})


def create_contract(session: Session, values: Mapping[str, Any]) -> Contract:
    """A draft of a contract; nothing is charged until it begins. Raises InvalidInput that names
    the field."""
    contract = Contract(
        name="",
        contact_name="",
        state="draft",
        currency=company_currency(session),
        salesperson_id=actor(session).user_id,
        unit="month",
        every=1,
        timing="advance",
        prorata=True,
        making="draft",
        discount_percent=ZERO,
        notice_days=30,
        reference="",
        note="",
        cancel_reason="",
        problem="",
    )
    _write(session, contract, values)
    session.add(contract)
    session.flush()
    return contract


def update_contract(session: Session, contract: Contract, values: Mapping[str, Any]) -> Contract:
    """Change a contract. Raises Conflict where that would change what was invoiced already."""
    before = said_until(contract)
    with session.no_autoflush:
        _write(session, contract, values)
        if said_until(contract) != before:
            raise Conflict(
                phrase(
                    "{name} is invoiced until {day}; what was charged stays as it was.",
                    name=contract.name,
                    day=contract.covered_until or "",
                ),
                fix=phrase(
                    "End the line on that day or later and add another one from the day after."
                    " What shall not be paid is credited."
                ),
            )
    session.flush()
    return contract


def delete_contract(session: Session, contract: Contract) -> None:
    """Delete a draft; a contract that began is ended."""
    if contract.state != "draft":
        raise Conflict(
            phrase("{name} has begun.", name=contract.name), fix=phrase("End it instead.")
        )
    session.delete(contract)
    session.flush()


def settle_state(session: Session, contract: Contract, day: date | None = None) -> None:
    """Write where the contract stands on a day: its state, the next invoice and what it brings a
    month. Drafts stay drafts."""
    on = today(session) if day is None else day
    with session.no_autoflush:  # state and next day are written together
        terms = terms_of(session, contract, None)
        contract.monthly = _monthly(session, contract, on)
    if contract.state == "draft":
        contract.next_day = None
        return
    coming = next_period(terms.rhythm, contract.covered_until)
    if coming is None:
        contract.state, contract.next_day, contract.monthly = "ended", None, ZERO
        return
    contract.next_day = invoice_day(terms, coming) or coming.span.last + ONE_DAY
    paused = any(first <= on and (last is None or on <= last) for first, last in terms.pauses)
    contract.state = "paused" if paused else "running"
    if paused:
        contract.monthly = ZERO


def _monthly(session: Session, contract: Contract, on: date) -> Decimal:
    period = current_period(contract, on)
    try:
        terms = terms_of(session, contract, on)
    except AppError:
        return ZERO  # a price that nobody knows today: what is in the way is said when it is due
    if period is None or not active_days(terms, period):
        return ZERO
    step = step_of(contract.currency)
    found = monthly(terms, period, step)
    return to_step(found * (HUNDRED - contract.discount_percent) / HUNDRED, step)


def _write(session: Session, contract: Contract, values: Mapping[str, Any]) -> None:
    for name in _HEAD:
        if name in values and (values[name] is not None or name in _MAY_BE_EMPTY):
            setattr(contract, name, values[name])
    if contract.starts_on is None:
        contract.starts_on = today(session)
    if contract.anchor is None:
        contract.anchor = contract.starts_on
    _set_customer(session, contract, values)
    require_head(contract)
    if "lines" in values:
        _set_lines(session, contract, values["lines"])
    if "pauses" in values:
        contract.pauses = _kept(contract.pauses, values["pauses"], ContractPause, "pauses")
    if "indexations" in values:
        contract.indexations = _kept(
            contract.indexations, values["indexations"], ContractIndexation, "indexations"
        )
    require_pauses(contract)
    require_indexations(contract)
    contract.problem = ""
    settle_state(session, contract)


def _set_customer(session: Session, contract: Contract, values: Mapping[str, Any]) -> None:
    wanted = values.get("contact_id", contract.contact_id)
    if contract.contact_id is None or wanted != contract.contact_id:
        customer = customer_of(session, wanted)
        contract.contact_id, contract.contact_name = customer.id, customer.name
    if values.get("currency") is not None:
        contract.currency = values["currency"].strip().upper()
    code = contract.currency
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise InvalidInput.of("currency", phrase("A currency has three letters, such as SAR."))


def _set_lines(session: Session, contract: Contract, sent: Iterable[Mapping[str, Any]]) -> None:
    agreed = {line.id: line.price for line in contract.lines}
    kept = _kept(contract.lines, sent, ContractLine, "lines")
    wanted = {line.product_id for line in kept if line.product_id is not None}
    goods = goods_of(session, contract.contact_id, wanted)
    for place, line in enumerate(kept):
        at = f"lines.{place}"
        line.position = line.position or place + 1
        if line.id is not None and line.price != agreed[line.id]:
            line.price_since = None
        line.charge = line.charge or "recurring"
        line.description, line.taxes = line.description or "", " ".join((line.taxes or "").split())
        line.quantity = Decimal(1) if line.quantity is None else line.quantity
        line.discount_percent = line.discount_percent or ZERO
        if line.product_id is not None:
            product = goods.product(line.product_id, at)
            goods.unit(product, line.unit_id, at)
            line.description = line.description or product.name
        elif not line.description:
            raise InvalidInput.of(
                f"{at}.product_id", phrase("Choose a product, or describe what is charged.")
            )
        elif line.price is None:
            raise InvalidInput.of(f"{at}.price", phrase("Give a price."))
        require_line(line, at)
    contract.lines = kept


def _kept(known: list[Any], sent: Iterable[Mapping[str, Any]], model: type[Any], at: str) -> Any:
    """The rows that were sent: those with an id are the ones that are there."""
    by_key = {row.id: row for row in known}
    rows = []
    for place, values in enumerate(sent):
        given = dict(values)
        key = given.pop("id", None)
        row = model() if key is None else by_key.pop(key, None)
        if row is None:
            raise InvalidInput.of(f"{at}.{place}.id", phrase("There is no such line here."))
        for name, value in given.items():
            setattr(row, name, "" if value is None and name == "reason" else value)
        rows.append(row)
    return rows
