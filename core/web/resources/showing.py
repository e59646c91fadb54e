"""Values as a page shows them: one function per kind, made once a request and called per cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from core.db.session import binding
from core.web.request import Request
from core.web.resources.culture import Culture, culture_of
from core.web.resources.kinds import Boolean, Choice, Kind, Text
from core.web.resources.kinds_several import Several

Show = Callable[[Any], str]
Translate = Callable[[str], str]


def culture_for(request: Request) -> Culture:
    """How the reader of this page writes numbers and dates."""
    return culture_of(request.written, request.tenant.timezone)


def translator(session: Session, request: Request) -> Translate:
    """Declared titles and phrases in the reader's language, as the addon means them."""
    languages, locale = binding(session).context["kernel"].languages, request.locale
    addon = request.addon
    return lambda message: languages.translate(locale, message, addon)


def shower(kind: Kind, culture: Culture, translate: Translate) -> Show:
    """How a value of this kind is shown to this reader; nothing for None."""
    if isinstance(kind, Choice):
        texts = {value: translate(kind.labels.get(key, key)) for key, value in kind.members.items()}
        return lambda value: "" if value is None else texts.get(value) or kind.write(value)
    if isinstance(kind, Several):
        titles = {code: translate(title) for code, title in kind.labels.items()}
        return lambda value: ", ".join(titles.get(code) or code for code in value or ())
    if isinstance(kind, Boolean):
        yes, no = translate(kind.show(True, culture)), translate(kind.show(False, culture))
        return lambda value: "" if value is None else yes if value else no
    if isinstance(kind, Text):
        return lambda value: "" if value is None else value
    show = kind.show
    return lambda value: "" if value is None else show(value, culture)
