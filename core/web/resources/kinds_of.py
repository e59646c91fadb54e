"""Which kind of value a mapped column holds, from its SQL type and what the addon declared."""

from __future__ import annotations

from typing import Any

from sqlalchemy import types
from sqlalchemy.dialects.postgresql import UUID

from core.declare import Choices, Widget
from core.web.resources.kinds import Boolean, Choice, Kind, Reference, Text
from core.web.resources.kinds_figures import Day, Integer, Measure, Moment, Number, TimeOfDay
from core.web.resources.kinds_json import Json
from core.web.resources.numbers import MAX_FRACTION_DIGITS, MAX_INTEGER_DIGITS

_MONEY_DIGITS = 2


class NoKind(Exception):
    """The column holds something that neither a list nor a form can show."""


def kind_of(
    sql_type: types.TypeEngine[Any],
    *,
    widget: Widget = "auto",
    choices: Choices = (),
    reference: str = "",
    code: bool = False,
) -> Kind:
    """The kind for a column of this type. `code` is for keys: numbers that nobody adds up."""
    code = code or widget == "code"
    if reference:
        return Reference(reference, kind_of(sql_type, code=True))
    if isinstance(sql_type, types.Enum):
        return _enum(sql_type, dict(choices))
    if choices:
        return Choice({value: value for value, _ in choices}, dict(choices))
    if isinstance(sql_type, types.Uuid | UUID):
        return Text(max_length=36)
    if isinstance(sql_type, types.String):
        return _text(sql_type, widget)
    for known, make in (
        (types.Boolean, lambda: Boolean()),
        (types.SmallInteger, lambda: Integer(-(2**15), 2**15 - 1, code)),
        (types.BigInteger, lambda: Integer(code=code)),
        (types.Integer, lambda: Integer(-(2**31), 2**31 - 1, code)),
        (types.Float, lambda: Measure()),
        (types.Numeric, lambda: _number(sql_type, widget)),
        (types.DateTime, lambda: Moment()),
        (types.Date, lambda: Day()),
        (types.Time, lambda: TimeOfDay()),
        (types.JSON, lambda: Json()),
    ):
        if isinstance(sql_type, known):
            return make()
    raise NoKind(f"its type {sql_type!r} has no place in lists and forms")


def _text(sql_type: types.String, widget: Widget) -> Text:
    control = widget if widget in ("multiline", "email", "password") else "text"
    return Text(control, sql_type.length)  # type: ignore[arg-type]


def _number(sql_type: Any, widget: Widget) -> Number:
    precision, scale = sql_type.precision, sql_type.scale
    fractions = MAX_FRACTION_DIGITS if scale is None else scale
    integers = MAX_INTEGER_DIGITS if precision is None else precision - (scale or 0)
    least = _MONEY_DIGITS if widget == "money" else 0
    return Number("money" if least else "number", min(least, fractions), integers, fractions)


def _enum(sql_type: types.Enum, titles: dict[str, str]) -> Choice:
    # SQLAlchemy keeps the written values in the order of the class's members.
    members = list(sql_type.enum_class) if sql_type.enum_class else list(sql_type.enums)
    written = [str(value) for value in sql_type.enums]
    labels = {key: titles.get(key, humanize(key)) for key in written}
    return Choice(dict(zip(written, members, strict=True)), labels)


def humanize(name: str) -> str:
    """`due_date` -> `Due date`, `customer.name` -> `Customer name`, `account_id` -> `Account`."""
    words = name.removesuffix("_id").replace(".", " ").replace("_", " ").strip().lower()
    return words[:1].upper() + words[1:]
