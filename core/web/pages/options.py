"""The settings of the company, made from the option sets that the addons declare."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from sqlalchemy.orm import Session

from core.addons.catalog import Owned
from core.addons.options import options, secret_names, set_options, with_changes
from core.addons.states import view
from core.declare import OptionSet
from core.errors import AppError, InvalidInput, NotFound
from core.i18n import phrase
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request

OPTIONS: Final = "/settings/options"

Input = Literal["checkbox", "number", "text", "choice", "date", "secret"]
FORGET: Final = "__forget"
"""After a secret option's name: what is stored is to be forgotten."""


@dataclass(frozen=True, slots=True)
class OptionField:
    """One option as an input. A dataclass field may give `title` and `help` as metadata."""

    name: str
    title: str
    help: str
    input: Input
    value: Any
    choices: tuple[str, ...] = ()
    problem: str = ""
    is_set: bool = False


@dataclass(frozen=True, slots=True)
class OptionForm:
    """One option set as a form."""

    title: str
    url: str
    fields: tuple[OptionField, ...]
    testable: bool = False
    tested: tuple[bool, str] | None = None


def list_options(session: Session, request: Request) -> Reply:
    """Every option set of the enabled addons, each as a form."""
    return _page(session)


def save_options(session: Session, request: Request) -> Reply:
    """Save one form; what was typed wrong is shown beside its input."""
    owned = _find(session, request.path_params["name"])
    kind = owned.item.type
    sent = _sent(kind, request)
    try:
        set_options(session, kind, **sent)
    except InvalidInput as error:
        return _page(session, wrong=owned, sent=sent, error=error)
    return Redirect(OPTIONS, message=phrase("Saved."))


def test_options(session: Session, request: Request) -> Reply:
    """Try out what was typed, and save nothing."""
    owned = _find(session, request.path_params["name"])
    kind, sent = owned.item.type, _sent(owned.item.type, request)
    if owned.item.test is None:
        raise NotFound("There is no such page.")
    try:
        typed = with_changes(session, kind, **sent)
    except InvalidInput as error:
        return _page(session, wrong=owned, sent=sent, error=error)
    try:
        tested = (True, owned.item.test(session, typed))
    except AppError as error:
        tested = (False, error.message)
    return _page(session, wrong=owned, sent=sent, tested=tested)


def _page(
    session: Session,
    *,
    wrong: Owned[OptionSet] | None = None,
    sent: dict[str, Any] | None = None,
    error: InvalidInput | None = None,
    tested: tuple[bool, str] | None = None,
) -> Page:
    problems = {problem.field: problem.message for problem in error.problems} if error else {}
    forms = [
        _form(session, owned, *((sent, problems, tested) if owned is wrong else (None, {}, None)))
        for owned in view(session).all.options
    ]
    return Page("core/settings/options.html", {"forms": forms}, status=422 if error else 200)


def _form(
    session: Session,
    owned: Owned[OptionSet],
    sent: dict[str, Any] | None,
    problems: dict[str, str],
    tested: tuple[bool, str] | None,
) -> OptionForm:
    kind = owned.item.type
    current = options(session, kind)
    values = {field.name: getattr(current, field.name) for field in fields(kind)} | (sent or {})
    return OptionForm(
        title=owned.item.title,
        url=f"{OPTIONS}/{_name(owned)}",
        fields=tuple(_fields(kind, values, problems)),
        testable=owned.item.test is not None,
        tested=tested,
    )


def _fields(kind: type, values: dict[str, Any], problems: dict[str, str]) -> Iterator[OptionField]:
    hints = get_type_hints(kind)
    for field in fields(kind):
        shape, choices = _shape(hints[field.name])
        value = values[field.name]
        is_set = bool(field.metadata.get("secret") and value)
        if field.metadata.get("secret"):
            # What is sealed never leaves the server again.
            shape, value = "secret", ""
        yield OptionField(
            name=field.name,
            title=field.metadata.get("title") or field.name.replace("_", " ").capitalize(),
            help=field.metadata.get("help", ""),
            input=shape,
            value=value.value if isinstance(value, Enum) else value,
            choices=choices,
            problem=problems.get(field.name, ""),
            is_set=is_set,
        )


def _shape(hint: Any) -> tuple[Input, tuple[str, ...]]:
    inner = _without_none(hint)
    if inner is bool:
        return "checkbox", ()
    if inner in (int, float, Decimal):
        return "number", ()
    if get_origin(inner) is Literal:
        return "choice", tuple(str(choice) for choice in get_args(inner))
    if isinstance(inner, type) and issubclass(inner, Enum):
        return "choice", tuple(str(member.value) for member in inner)
    if getattr(inner, "__name__", "") == "date":
        return "date", ()
    return "text", ()


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        some = [part for part in get_args(hint) if part is not type(None)]
        return some[0] if len(some) == 1 else str
    return hint


def _sent(kind: type, request: Request) -> dict[str, Any]:
    """What was typed. A secret that was left blank stays what it is."""
    sent = {field.name: _typed(kind, field.name, request) for field in fields(kind)}
    for name in secret_names(kind):
        if request.form.get(f"{name}{FORGET}") == "on":
            sent[name] = ""
        elif not sent[name]:
            del sent[name]
    return sent


def _typed(kind: type, name: str, request: Request) -> Any:
    hint = get_type_hints(kind)[name]
    text = request.form.get(name, "").strip()
    if _without_none(hint) is bool:
        return text == "on"
    optional = _without_none(hint) is not hint
    return None if optional and not text else text


def _find(session: Session, name: str) -> Owned[OptionSet]:
    for owned in view(session).all.options:
        if _name(owned) == name:
            return owned
    raise NotFound("There is no such page.")


def _name(owned: Owned[OptionSet]) -> str:
    return f"{owned.addon}.{owned.item.type.__name__}"
