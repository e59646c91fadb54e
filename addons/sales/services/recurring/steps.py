"""What happens to a contract: it begins, rests and goes on, changes from a day on, and ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.sales.models.recurring import Contract, ContractLine, ContractPause
from addons.sales.services.amounts import require_price, require_quantity
from addons.sales.services.recurring.contracts import settle_state
from addons.sales.services.recurring.periods import ONE_DAY
from core.api import Conflict, InvalidInput, NotFound, phrase, today


@dataclass(frozen=True, slots=True)
class Change:
    """What a line is from a day on: another quantity, price or discount; None stays as it is."""

    quantity: Decimal | None = None
    price: Decimal | None = None
    discount_percent: Decimal | None = None


def lock_contract(session: Session, contract_id: int) -> Contract:
    """A contract as it is now, locked until the commit; raises NotFound."""
    found = session.get(Contract, contract_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(phrase("There is no such contract."))
    return found


def begin(session: Session, contract: Contract) -> Contract:
    """Let a draft begin: from now on its invoices are written. Raises Conflict for one that began
    already, InvalidInput where it charges nothing."""
    contract = lock_contract(session, contract.id)
    if contract.state != "draft":
        raise Conflict(phrase("{name} has begun already.", name=contract.name))
    if not contract.lines:
        raise InvalidInput.of(
            "lines", phrase("Nothing is charged."), fix=phrase("Add a line with a product.")
        )
    contract.state = "running"
    settle_state(session, contract)
    session.flush()
    return contract


def pause(
    session: Session, contract: Contract, first: date, last: date | None = None, reason: str = ""
) -> Contract:
    """Charge nothing from a day on, until the last or until somebody resumes it. Raises Conflict
    for days that were invoiced, InvalidInput for days the wrong way round."""
    contract = _open(session, contract)
    _require_ahead(contract, first, "first_day")
    if last is not None and last < first:
        raise InvalidInput.of("last_day", phrase("It ends before it begins."))
    if any(one.last_day is None or one.last_day >= first for one in contract.pauses):
        raise Conflict(
            phrase("{name} is paused then already.", name=contract.name),
            fix=phrase("Resume it first."),
        )
    contract.pauses.append(
        ContractPause(first_day=first, last_day=last, reason=reason.strip()[:500])
    )
    return _settled(session, contract)


def resume(session: Session, contract: Contract, day: date) -> Contract:
    """Charge again from this day on. Raises Conflict where it is not paused, or the day lies in a
    period that was passed over already."""
    contract = _open(session, contract)
    resting = [one for one in contract.pauses if one.last_day is None or one.last_day >= day]
    if not resting:
        raise Conflict(phrase("{name} is not paused.", name=contract.name))
    _require_ahead(contract, day, "day")
    for one in resting:
        if one.first_day >= day:
            contract.pauses.remove(one)
        else:
            one.last_day = day - ONE_DAY
    return _settled(session, contract)


def end(session: Session, contract: Contract, last: date, reason: str) -> Contract:
    """End a contract with a day, and keep why. Raises Conflict where more is invoiced already,
    InvalidInput without a reason."""
    contract = _open(session, contract)
    if not reason.strip():
        raise InvalidInput.of("reason", phrase("Say why it ends."))
    if last < contract.starts_on:
        raise InvalidInput.of("day", phrase("It ends before it begins."))
    if contract.covered_until is not None and last < contract.covered_until:
        raise Conflict(
            phrase(
                "{name} is invoiced until {day}.", name=contract.name, day=contract.covered_until
            ),
            fix=phrase("End it on that day, and credit what shall not be paid."),
        )
    contract.ends_on, contract.cancel_reason = last, reason.strip()[:500]
    contract.cancelled_on = today(session)
    return _settled(session, contract)


def change_line(
    session: Session, contract: Contract, line_id: int, day: date, change: Change
) -> ContractLine:
    """Let a line be another one from a day on: the one that was ends the day before. Raises
    Conflict for days that were invoiced, InvalidInput for values that cannot be."""
    contract = _open(session, contract)
    line = next((one for one in contract.lines if one.id == line_id), None)
    if line is None or line.charge == "once":
        raise InvalidInput.of("line", phrase("There is no such line here."))
    _require_ahead(contract, day, "day")
    if line.until_day is not None and line.until_day < day:
        raise InvalidInput.of("day", phrase("The line has ended by then."))
    if change.quantity is not None:
        require_quantity(change.quantity, "quantity")
    if change.price is not None:
        require_price(change.price, "price")
    begins = line.from_day or contract.starts_on
    if day <= begins:
        after = line
    else:
        after = _following(line, day)
        after.price_since = line.price_since or begins
        after.until_day, line.until_day = line.until_day, day - ONE_DAY
        contract.lines.append(after)
    if change.quantity is not None and not change.quantity:
        contract.lines.remove(after)  # nothing of it any more
    else:
        _apply(after, change)
    return _settled_line(session, contract, after)


def _following(line: ContractLine, day: date) -> ContractLine:
    copied = (
        "position",
        "charge",
        "product_id",
        "description",
        "quantity",
        "unit_id",
        "price",
        "discount_percent",
        "taxes",
    )
    return ContractLine(from_day=day, **{name: getattr(line, name) for name in copied})


def _apply(line: ContractLine, change: Change) -> None:
    if change.quantity is not None:
        line.quantity = change.quantity
    if change.price is not None:
        line.price, line.price_since = change.price, None
    if change.discount_percent is not None:
        if not 0 <= change.discount_percent <= 100:
            raise InvalidInput.of(
                "discount_percent", phrase("A percentage lies between 0 and 100.")
            )
        line.discount_percent = change.discount_percent


def _open(session: Session, contract: Contract) -> Contract:
    contract = lock_contract(session, contract.id)
    if contract.state not in ("running", "paused"):
        raise Conflict(
            phrase("{name} has not begun.", name=contract.name)
            if contract.state == "draft"
            else phrase("{name} has ended.", name=contract.name)
        )
    return contract


def _require_ahead(contract: Contract, day: date, field: str) -> None:
    """Raise Conflict for a day that was invoiced or passed over."""
    if contract.covered_until is not None and day <= contract.covered_until:
        raise Conflict(
            phrase(
                "{name} is settled until {day}.", name=contract.name, day=contract.covered_until
            ),
            fix=phrase(
                "Choose the day after, or a later one; credit what shall not be paid before."
            ),
        )
    if day < contract.starts_on or (contract.ends_on is not None and day > contract.ends_on):
        raise InvalidInput.of(field, phrase("The contract does not run on this day."))


def _settled(session: Session, contract: Contract) -> Contract:
    settle_state(session, contract)
    contract.problem = ""
    session.flush()
    return contract


def _settled_line(session: Session, contract: Contract, line: ContractLine) -> ContractLine:
    _settled(session, contract)
    return line
