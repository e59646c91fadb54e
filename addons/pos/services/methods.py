"""Methods of payment: which there are, and where in the books their money goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from addons.catalog.api import MoneyJournal, money_journals
from addons.pos.models import Method
from core.api import InvalidInput, phrase

MONEY: Final = frozenset({"cash", "card", "transfer", "other"})
"""Kinds that bring money: it goes to an account of a bank or of cash."""
COUNTED: Final = frozenset({"cash", "card", "transfer", "other"})
"""Kinds that are counted when a session closes."""


def create_method(session: Session, values: Mapping[str, Any]) -> Method:
    """A new method. Raises InvalidInput."""
    return _save(session, Method(kind="cash", active=True, position=1), values)


def update_method(session: Session, method: Method, values: Mapping[str, Any]) -> Method:
    """Change those fields that are given. Raises InvalidInput: what something was paid by keeps
    its kind."""
    kind = values.get("kind")
    if kind is not None and kind != method.kind:
        raise InvalidInput.of(
            "kind",
            phrase("A way to pay keeps its kind."),
            fix=phrase("Make another one, and let this one rest."),
        )
    return _save(session, method, values)


def methods_of(session: Session, register_id: int) -> Sequence[Method]:
    """The active methods at a register in their order; a cash of its own takes the place of
    everybody's."""
    found = session.scalars(
        select(Method)
        .where(Method.active, or_(Method.register_id.is_(None), Method.register_id == register_id))
        .order_by(Method.position, Method.id)
    ).all()
    own_cash = any(one.kind == "cash" and one.register_id is not None for one in found)
    return [
        one for one in found if not (own_cash and one.kind == "cash" and one.register_id is None)
    ]


def cash_method(session: Session, register_id: int) -> Method | None:
    """The method whose money is in the register's drawer."""
    return next((one for one in methods_of(session, register_id) if one.kind == "cash"), None)


def fill_accounts(session: Session) -> None:
    """Give methods that have no account yet the first one of their kind that the books know: cash
    one of cash, the others one of a bank."""
    known = money_journals(session)
    if not known:
        return
    unset = session.scalars(
        select(Method).where(Method.account == "", Method.kind.in_(("cash", "card", "transfer")))
    )
    for method in unset.all():
        journal = _first(known, "cash" if method.kind == "cash" else "bank")
        if journal is not None:
            method.journal, method.account = journal.journal, journal.account
    session.flush()


def _first(known: Sequence[MoneyJournal], kind: str) -> MoneyJournal | None:
    return next((one for one in known if one.kind == kind), None)


def _save(session: Session, method: Method, values: Mapping[str, Any]) -> Method:
    for name, value in values.items():
        setattr(method, name, value)
    if not (method.name or "").strip():
        raise InvalidInput.of("name", phrase("Write a name."))
    with session.no_autoflush:
        _choose_account(session, method, values)
        _require_one_cash(session, method)
    session.add(method)
    session.flush()
    return method


def _choose_account(session: Session, method: Method, values: Mapping[str, Any]) -> None:
    """The journal follows the account that was chosen."""
    if method.kind not in MONEY:
        method.journal = method.account = ""
        return
    known = {one.account: one for one in money_journals(session)}
    account = values.get("account")
    if not account or not known:
        return
    if account not in known:
        raise InvalidInput.of("account", phrase("There is no account of money with this code."))
    if not values.get("journal"):
        method.journal = known[account].journal


def _require_one_cash(session: Session, method: Method) -> None:
    if method.kind != "cash" or method.active is False:
        return
    others = select(Method.id).where(Method.kind == "cash", Method.active)
    if method.register_id is None:
        others = others.where(Method.register_id.is_(None))
    else:
        others = others.where(Method.register_id == method.register_id)
    if session.scalar(others) not in (None, method.id):
        raise InvalidInput.of(
            "kind",
            phrase("There is cash already: a drawer is counted against one."),
            fix=phrase("Choose a till that has a drawer of its own, or let the other one rest."),
        )
