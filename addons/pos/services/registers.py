"""Registers: set up and changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency, stock
from addons.pos.models import Binding, Register
from addons.pos.services.printing.sending import flaw_of
from core.api import Conflict, InvalidInput, Problem, phrase

_CODE: Final = re.compile(r"[A-Z0-9]{1,8}")
_AMOUNTS: Final = ("opening_float", "tolerance")


def create_register(session: Session, values: Mapping[str, Any]) -> Register:
    """A new register. Raises InvalidInput."""
    register = Register(
        currency="",
        opening_float=Decimal(0),
        tolerance=Decimal(0),
        blind_count=True,
        active=True,
        warehouse="",
    )
    return _save(session, register, values)


def update_register(session: Session, register: Register, values: Mapping[str, Any]) -> Register:
    """Change those fields that are given. Raises InvalidInput, and Conflict for the code and the
    currency of a register that a device was bound to: its receipts bear the one, its sessions are
    counted in the other."""
    for name in ("code", "currency"):
        wanted = _tidy(name, values.get(name))
        stays = name not in values or wanted == getattr(register, name)
        if stays or not was_bound(session, register.id):
            continue
        raise Conflict(
            phrase("A device was bound to this till: its code and currency stay."),
            fix=phrase("Make another till, and let this one rest."),
        )
    return _save(session, register, values)


def was_bound(session: Session, register_id: int) -> bool:
    """Whether the register ever had a device."""
    return bool(session.scalar(select(exists().where(Binding.register_id == register_id))))


def settle_currency(session: Session, register: Register) -> None:
    """Give a register that is about to sell the company's currency, unless it has one."""
    register.currency = currency_of(session, register)


def currency_of(session: Session, register: Register) -> str:
    """What a register sells in, or will once a device is bound to it."""
    return register.currency or company_currency(session)


def get_register(session: Session, register_id: int) -> Register:
    """The register; raises InvalidInput where there is none."""
    register = session.get(Register, register_id)
    if register is None:
        raise InvalidInput.of("register", phrase("There is no such till."))
    return register


def register_name(session: Session, register_id: int) -> str:
    """Code and name of a register, as people call it; empty where it is not there any more."""
    register = session.get(Register, register_id)
    return "" if register is None else f"{register.code} {register.name}"


def _save(session: Session, register: Register, values: Mapping[str, Any]) -> Register:
    for name, value in values.items():
        if name != "warehouse":
            setattr(register, name, _tidy(name, value))
    if "warehouse" in values:
        _choose_warehouse(session, register, values["warehouse"] or "")
    with session.no_autoflush:
        problems = tuple(_problems(session, register))
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)
    session.add(register)
    session.flush()
    return register


def _tidy(name: str, value: Any) -> Any:
    if name == "printer":
        return (value or "").strip()
    return (value or "").strip().upper() if name in ("code", "currency") else value


def _problems(session: Session, register: Register) -> Iterator[Problem]:
    if not _CODE.fullmatch(register.code or ""):
        yield Problem("code", phrase("Write one to eight letters A to Z and figures, such as R01."))
    elif _is_taken(session, register):
        yield Problem("code", phrase("Another till has this code."))
    if not (register.name or "").strip():
        yield Problem("name", phrase("Write a name."))
    if not re.fullmatch(r"([A-Z]{3})?", register.currency):
        yield Problem("currency", phrase("Write the three letters of a currency."))
    if register.printer and (flaw := flaw_of(session, register.printer)):
        yield Problem("printer", flaw)
    for name in _AMOUNTS:
        if (getattr(register, name) or 0) < 0:
            yield Problem(name, phrase("This cannot be less than nothing."))
    if register.cash_rounding is not None and register.cash_rounding <= 0:
        yield Problem("cash_rounding", phrase("Write the smallest coin, or nothing."))


def _choose_warehouse(session: Session, register: Register, written: str) -> None:
    """The warehouse of this name; raises InvalidInput where there is none."""
    written = written.strip()
    if written == register.warehouse:
        return
    register.warehouse, register.warehouse_id = "", None
    if not written:
        return
    for key, name in warehouses(session).items():
        if name.lower() == written.lower():
            register.warehouse, register.warehouse_id = name, key
            return
    raise InvalidInput.of("warehouse", phrase("There is no warehouse {name}.", name=written))


def _is_taken(session: Session, register: Register) -> bool:
    same = select(Register.id).where(Register.code == register.code)
    return session.scalar(same) not in (None, register.id)


def warehouses(session: Session) -> dict[int, str]:
    """The warehouses that a register may sell from, by their ids; none where nobody keeps stock."""
    keeping = stock(session)
    return (
        {}
        if keeping is None
        else {int(one.value): one.title for one in keeping.warehouses(session)}
    )
