"""The templates of the kernel and the addons, and what they can call.

A template is named `<addon>/<file>`; an addon cannot answer for another's name. Everything is
escaped, undefined names are errors, and compiled templates are kept between processes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    pass_context,
)
from jinja2.runtime import Context
from markupsafe import Markup
from sqlalchemy.orm import Session

from core.addons.containment import contained
from core.addons.extensions import SlotContent, slots
from core.auth.csrf import FIELD as CSRF_FIELD
from core.brand.values import PLATFORM, Brand
from core.i18n import Languages, direction, formats
from core.i18n.sizes import size
from core.i18n.words import amount_in_words
from core.kernel import Kernel
from core.web.pieces import Pieces
from core.web.request import Request
from core.web.shell import Shell
from core.web.static import StaticFiles


class Templates:
    """Renders templates for a request; one per process, thread-safe."""

    def __init__(self, kernel: Kernel, static: StaticFiles) -> None:
        self._languages = kernel.languages
        self._environment = _environment(kernel, static)
        self._pieces = Pieces(self._environment)

    def page(
        self,
        session: Session,
        request: Request,
        template: str,
        given: Mapping[str, Any],
        *,
        notice: str = "",
    ) -> str:
        """A template's text, with the shell, the language and the slots at its service."""
        context = self._plain_context(request.locale, request.addon)
        context["written"] = request.written
        context["request"] = request
        context["brand"] = request.tenant.brand
        context["actor"] = request.actor
        context["shell"] = shell = Shell(session, request, notice)
        # Menu, bar and palette are those of all addons, and kept for the pages of any.
        frame = {**context, **self._words(request.locale)}
        context["menu"] = partial(self._pieces.menu, shell, request.locale, frame)
        context["dialogs"] = partial(self._pieces.dialogs, shell, request.locale, frame)
        context["topbar"] = partial(self._pieces.topbar, shell, request.locale, frame)
        context["slot"] = _Slots(
            self._environment, session, context, partial(self._words, request.locale)
        )
        context["kept"] = partial(self._pieces.kept, (request.locale, request.addon), context)
        context.update(given)
        return self._environment.get_template(template).render(context)

    def plain(
        self, template: str, locale: str, given: Mapping[str, Any], brand: Brand = PLATFORM
    ) -> str:
        """A template that needs no session, such as an error page."""
        return self._environment.get_template(template).render(
            {**self._plain_context(locale), "brand": brand, **given}
        )

    def compile(self, template: str) -> None:
        """Raises TemplateError for one that could not be shown, whatever the context."""
        self._environment.get_template(template)

    def translate(self, locale: str, message: str) -> str:
        """A message or declared title in this language."""
        return self._languages.translate(locale, message)

    def _plain_context(self, locale: str, addon: str = "") -> dict[str, Any]:
        return {
            "locale": locale,
            "written": locale,
            "direction": direction(locale),
            **self._words(locale, addon),
        }

    def _words(self, locale: str, addon: str = "") -> dict[str, Any]:
        translations = self._languages.of(locale, addon)
        return {
            "_": _Gettext(self._languages, locale, addon),
            "gettext": translations.gettext,
            "ngettext": translations.ngettext,
        }


class _Gettext:
    """`_("Hello {name}", name=...)` in templates: translates, then fills the braces."""

    __slots__ = ("_addon", "_languages", "_locale")

    def __init__(self, languages: Languages, locale: str, addon: str) -> None:
        self._languages = languages
        self._locale = locale
        self._addon = addon

    def __call__(self, message: str, **values: Any) -> str:
        text = self._languages.translate(self._locale, message, self._addon)
        return text.format(**values) if values else text


class _Slots:
    """`slot("accounting.entry", record=entry)`: what enabled addons put into a named place."""

    __slots__ = ("_context", "_environment", "_session", "_words")

    def __init__(
        self,
        environment: Environment,
        session: Session,
        context: dict[str, Any],
        words: Callable[[str], dict[str, Any]],
    ) -> None:
        self._environment = environment
        self._session = session
        self._context = context
        self._words = words

    def __call__(self, place: str, **given: Any) -> Markup:
        shown = []
        for content in slots(self._session, place, given):
            draw = partial(self._draw, content)
            shown.append(contained(self._session, content.addon, f"slot {place}", draw) or "")
        return Markup("").join(shown)

    def _draw(self, content: SlotContent) -> Markup:
        template = self._environment.get_template(content.template)
        words = self._words(content.addon)
        text = template.render({**self._context, **words, **content.context})
        return Markup(text)  # noqa: S704, the template has escaped it


def _environment(kernel: Kernel, static: StaticFiles) -> Environment:
    cache = kernel.config.var / "cache" / "templates"
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    environment = Environment(
        loader=PrefixLoader(_loaders(kernel)),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=FileSystemBytecodeCache(str(cache)),
        extensions=["jinja2.ext.i18n"],
    )
    environment.globals.update(static_url=static.url, csrf_field=_csrf_field)
    environment.filters["in_words"] = _in_words
    environment.filters.update(
        t=_translated,
        number=_number,
        money=_money,
        amount=_amount,
        date=_date,
        datetime=_moment,
        size=_size,
    )
    return environment


def _loaders(kernel: Kernel) -> dict[str, BaseLoader]:
    folders: dict[str, list[Path]] = {}
    for owned in kernel.catalog.contributions.templates:
        folders.setdefault(owned.addon, []).append(owned.item.path / owned.addon)
    return {addon: FileSystemLoader(paths) for addon, paths in folders.items()}


@pass_context
def _csrf_field(context: Context) -> Markup:
    token = context["shell"].csrf_token
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, token)


@pass_context
def _translated(context: Context, message: str) -> str:
    return context["_"](message)


@pass_context
def _number(context: Context, value: Decimal | int | float, digits: int | None = None) -> str:
    return formats.number(context["written"], value, digits)


@pass_context
def _size(context: Context, count: int) -> str:
    return size(context["locale"], count)


@pass_context
def _amount(context: Context, value: Decimal, currency: str) -> str:
    return formats.amount(context["written"], value, currency)


@pass_context
def _money(context: Context, value: Decimal, currency: str) -> str:
    return formats.money(context["written"], value, currency)


@pass_context
def _in_words(context: Context, value: Decimal, currency: str) -> str:
    return amount_in_words(context["locale"], value, currency)


@pass_context
def _date(context: Context, value: date) -> str:
    return formats.day(context["written"], value)


@pass_context
def _moment(context: Context, value: datetime) -> str:
    timezone = context["request"].tenant.timezone
    return formats.moment(context["written"], value, timezone)
