"""What was typed or sent by somebody who has a company made, before anybody looks what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from core.errors import InvalidInput, Problem
from core.i18n import phrase
from core.web.request import Fields
from tenants import wishes


@dataclass(frozen=True, slots=True)
class Given:
    """As it came. `name` and `email` are those of the first administrator. `addons` is None where
    all are wanted; `until` and `seats` are of the licence that a reseller gives."""

    title: str = ""
    slug: str = ""
    name: str = ""
    email: str = ""
    locale: str = "en"
    timezone: str = "UTC"
    region: str = ""
    server: str = ""
    reseller: str = ""
    until: str = ""
    seats: str = ""
    addons: tuple[str, ...] | None = None


TEXTS: Final = tuple(each.name for each in fields(Given) if each.name != "addons")


def of_form(form: Fields) -> Given:
    """What a form says."""
    texts = {name: " ".join(form[name].split()) for name in TEXTS if name in form}
    chosen = None if form.get("which") == "all" else tuple(form.getlist("addons"))
    return Given(**texts, addons=chosen)


def of_call(sent: object) -> Given:
    """What a program sends; raises InvalidInput naming each property that cannot be used."""
    if not isinstance(sent, Mapping):
        raise InvalidInput(phrase("Send an object."))
    known: dict[str, Any] = {}
    problems = []
    for name, value in sent.items():
        if name == "addons":
            usable = isinstance(value, list) and all(isinstance(each, str) for each in value)
            known[name] = tuple(value) if usable else None
            usable = usable or value is None
        else:
            usable = name in TEXTS and isinstance(value, str)
            known[name] = value.strip() if usable else ""
        if not usable:
            problems.append(Problem(str(name), phrase("This cannot be used here.")))
    wishes.refuse(problems)
    return Given(**known)
