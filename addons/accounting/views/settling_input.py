"""What is sent to settle open items, by the page's form or by a program, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlencode

from addons.accounting.permissions import WRITE_OFF
from addons.accounting.services.settlement.values import WriteOff
from core.api import Forbidden, InvalidInput, Request, phrase

NOBODY: Final = "none"
"""The partner of items that name none."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be settled, and how."""

    lines: list[int]
    amounts: dict[int, Decimal]
    write_off: WriteOff | None
    on: date | None


def wanted_of(request: Request) -> Wanted:
    """What a form or a JSON document asks for; raises InvalidInput or Forbidden."""
    return _from_json(request) if request.wants == "json" else _from_form(request)


def _from_form(request: Request) -> Wanted:
    form = request.form
    return Wanted(
        chosen_of(form),
        limits_of(form),
        _form_write_off(request),
        day_of("on", form["on"]) if form.get("on") else None,
    )


def _from_json(request: Request) -> Wanted:
    body = request.json()
    if not isinstance(body, dict):
        raise InvalidInput.of("body", phrase("Send one JSON object."))
    lines = body.get("lines")
    if not isinstance(lines, list) or not all(type(line) is int for line in lines):
        raise InvalidInput.of("lines", phrase("Name the lines by their numbers."))
    amounts = body.get("amounts") or {}
    if not isinstance(amounts, dict):
        raise InvalidInput.of("amounts", phrase("Give amounts by line."))
    return Wanted(
        lines,
        {_line(key): _amount(f"amounts.{key}", value) for key, value in amounts.items()},
        _json_write_off(request, body.get("write_off")),
        day_of("on", str(body["on"])) if body.get("on") else None,
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """Whose items are on the page: a contact's, or those that bear a name alone."""

    account_id: int
    partner_id: int | None
    currency: str
    named: str = ""

    @property
    def query(self) -> str:
        partner = NOBODY if self.partner_id is None else self.partner_id
        query = {"account": self.account_id, "partner": partner, "currency": self.currency}
        return urlencode({**query, "name": self.named} if self.partner_id is None else query)


def _json_write_off(request: Request, given: Any) -> WriteOff | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        raise InvalidInput.of("write_off", phrase("Send one JSON object."))
    _require_write_off(request)
    amount, tolerance = (
        None if given.get(name) is None else _amount(f"write_off.{name}", given[name])
        for name in ("amount", "tolerance")
    )
    return WriteOff(
        account=str(given.get("account", "")),
        amount=amount,
        tolerance=tolerance,
        label=str(given.get("label", "")),
    )


def _form_write_off(request: Request) -> WriteOff | None:
    form = request.form
    if not form.get("write_off"):
        return None
    _require_write_off(request)
    tolerance = form.get("tolerance", "").strip()
    return WriteOff(
        account=form.get("write_off_account", ""),
        tolerance=_amount("tolerance", tolerance) if tolerance else None,
        label=form.get("label", "").strip(),
    )


def _require_write_off(request: Request) -> None:
    if not request.actor.may(WRITE_OFF.code):
        raise Forbidden(phrase("You may settle, but not write anything off."))


def sheet_of(given: Mapping[str, str]) -> Sheet:
    """Whose items an address or a form is about."""
    partner = given.get("partner", NOBODY)
    return Sheet(
        _line(given.get("account", "")),
        None if partner == NOBODY else _line(partner),
        given.get("currency", ""),
        given.get("name", ""),
    )


def chosen_of(form: Any) -> list[int]:
    """The lines that were ticked."""
    return _numbers(form.getlist("lines"))


def _numbers(texts: Sequence[str]) -> list[int]:
    return [_line(text) for text in texts]


def _line(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise InvalidInput.of("lines", phrase("Choose one of the list."))
    return int(text)


def limits_of(form: Mapping[str, str]) -> dict[int, Decimal]:
    """What was typed beside the items: how much of each is taken at the most."""
    return {
        _line(name.removeprefix("amount.")): _amount(name, text)
        for name, text in form.items()
        if name.startswith("amount.") and text.strip()
    }


def _amount(name: str, written: Any) -> Decimal:
    try:
        amount = Decimal(str(written).strip())
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise InvalidInput.of(name, phrase("Give an amount of zero or more."))
    return amount


def day_of(name: str, written: str) -> date:
    """A day; raises InvalidInput naming the field."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise InvalidInput.of(name, phrase("Give a date such as 2026-01-31.")) from None
