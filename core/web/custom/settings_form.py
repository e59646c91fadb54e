"""The form of a custom field's definition: what it holds as texts, and read back as a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from core.custom.definitions import FieldDefinition, Option, Rules
from core.custom.naming import free_name
from core.errors import InvalidInput, Problem
from core.i18n import LOCALES, phrase
from core.web.custom.kinds import LONGEST_MULTILINE, LONGEST_TEXT, input_kind, plain_kind
from core.web.custom.patterns import read_pattern
from core.web.custom.types import TYPES
from core.web.request import Fields
from core.web.resources.culture import Culture
from core.web.resources.kinds import Unreadable

LONGEST_TITLE: Final = 80
LONGEST_HELP: Final = 300
MAX_OPTIONS: Final = 200
BLANK_OPTIONS: Final = 3
_OWN_SECTION: Final = "_own"


def texts_of(item: FieldDefinition, culture: Culture) -> dict[str, str]:
    """What the inputs hold for this definition; boxes hold "on" or nothing."""
    rules, plain = item.rules, plain_kind(item)
    texts = {
        "name": item.name,
        "section": item.section,
        "position": str(item.position or ""),
        "reference": rules.reference,
        "digits": str(rules.digits),
        "min_length": str(rules.min_length or ""),
        "max_length": str(rules.max_length or ""),
        "pattern": rules.pattern,
        "initial": _initial_text(item, culture),
    }
    texts |= {f"title.{code}": text for code, text in item.titles}
    texts |= {f"help.{code}": text for code, text in item.helps}
    for name in ("required", "unique", "listed", "searchable"):
        texts[name] = "on" if getattr(item, name) else ""
    for name, bound in (("low", rules.low), ("high", rules.high)):
        data: Any = int(bound) if bound and item.type == "integer" else bound
        texts[name] = plain.edit(plain.accept(data), culture) if bound else ""
    for place, option in enumerate(rules.options):
        texts[f"option.{place}.code"] = option.code
        texts |= {f"option.{place}.{code}": text for code, text in option.titles}
    return texts


def option_places(texts: Mapping[str, str], *, blank: int = BLANK_OPTIONS) -> list[int]:
    """The rows of the options, with some empty ones at the end."""
    named = {
        int(name.split(".")[1]) for name in texts if name.startswith("option.") and _numbered(name)
    }
    end = max(named, default=-1) + 1
    return [*sorted(named), *range(end, end + blank)]


def read_definition(form: Fields, before: FieldDefinition, culture: Culture) -> FieldDefinition:
    """The definition that was typed, of the type that `before` has; raises InvalidInput naming
    every input that is wrong."""
    return _Reader(form, before, culture).definition()


class _Reader:
    """Goes through one form and gathers what is wrong with it."""

    def __init__(self, form: Fields, before: FieldDefinition, culture: Culture) -> None:
        self._form, self._before, self._culture = form, before, culture
        self._problems: list[Problem] = []

    def definition(self) -> FieldDefinition:
        before, form, kind = self._before, self._form, TYPES[self._before.type]
        item = replace(
            before,
            titles=self._spoken("title", LONGEST_TITLE),
            helps=self._spoken("help", LONGEST_HELP),
            rules=self._rules(),
            name=before.name or form.get("name", "").strip().removeprefix("x_"),
            required="required" in form and before.type != "boolean",
            unique="unique" in form and kind.distinct,
            listed="listed" in form,
            searchable="searchable" in form and kind.textual,
            section=self._section(),
            position=self._number("position", 0, 100_000),
            seen_by=frozenset(form.getlist("seen_by")),
            edited_by=frozenset(form.getlist("edited_by")),
        )
        item = self._with_bounds(item)
        if not item.titles:
            self._wrong("title.en", phrase("Give the field a title."))
        if not self._problems:
            item = replace(item, initial=self._initial(item))
        if self._problems:
            raise InvalidInput(self._problems[0].message, problems=tuple(self._problems))
        return item

    def _wrong(self, name: str, message: str) -> None:
        self._problems.append(Problem(name, message))

    def _text(self, name: str, limit: int) -> str:
        text = self._form.get(name, "").strip()
        if len(text) > limit:
            message = phrase("This is too long: {limit} characters at the most.", limit=str(limit))
            self._wrong(name, message)
        if "\x00" in text:
            self._wrong(name, phrase("This holds a character that cannot be stored."))
        return text

    def _spoken(self, name: str, limit: int) -> tuple[tuple[str, str], ...]:
        texts = ((code, self._text(f"{name}.{code}", limit)) for code in LOCALES)
        return tuple((code, text) for code, text in texts if text)

    def _section(self) -> str:
        chosen = self._form.get("section", "")
        return self._text("own_section", LONGEST_TITLE) if chosen == _OWN_SECTION else chosen

    def _number(self, name: str, low: int, high: int, default: int = 0) -> int:
        text = self._form.get(name, "").strip()
        if not text:
            return default
        if not (text.isascii() and text.isdecimal() and low <= int(text[:9]) <= high):
            message = phrase("This must be between {low} and {high}.", low=str(low), high=str(high))
            self._wrong(name, message)
            return default
        return int(text)

    def _rules(self) -> Rules:
        kind = TYPES[self._before.type]
        rules = Rules(reference=self._form.get("reference", ""))
        if kind.decimal:
            rules = replace(rules, digits=self._number("digits", 0, 6, 2))
        if kind.patterned:
            limit = LONGEST_TEXT if kind.code == "text" else LONGEST_MULTILINE
            least = self._number("min_length", 1, limit)
            most = self._number("max_length", 1, limit)
            if most and least > most:
                self._wrong("max_length", phrase("The end is before the beginning."))
            rules = replace(rules, min_length=least, max_length=most, pattern=self._pattern())
        if kind.chosen:
            rules = replace(rules, options=tuple(self._options()))
        return rules

    def _pattern(self) -> str:
        text = self._form.get("pattern", "").strip()
        self._tried("pattern", lambda: read_pattern(text))
        return text

    def _options(self) -> Iterable[Option]:
        known = {option.code for option in self._before.rules.options}
        taken: set[str] = set()
        for place in option_places(self._form, blank=0)[: MAX_OPTIONS + 1]:
            titles = self._spoken(f"option.{place}", LONGEST_TITLE)
            if not titles:
                continue
            code = self._form.get(f"option.{place}.code", "")
            if code not in known:
                code = free_name(titles[0][1], known | taken, otherwise="option")
            taken.add(code)
            yield Option(code, titles)
        if not taken:
            self._wrong("options", phrase("Give at least one option."))
        if len(taken) > MAX_OPTIONS:
            message = phrase("At the most {limit} options can be given.", limit=MAX_OPTIONS)
            self._wrong("options", message)

    def _with_bounds(self, item: FieldDefinition) -> FieldDefinition:
        if not TYPES[item.type].bounded:
            return item
        kind, bounds = plain_kind(item), []
        for name in ("low", "high"):
            text = self._form.get(name, "").strip()
            read = (lambda text=text: kind.read(text, self._culture)) if text else lambda: None
            bounds.append(self._tried(name, read))
        low, high = bounds
        if low is not None and high is not None and low > high:
            self._wrong("high", phrase("The end is before the beginning."))
        written = ["" if bound is None else str(kind.write(bound)) for bound in bounds]
        return replace(item, rules=replace(item.rules, low=written[0], high=written[1]))

    def _initial(self, item: FieldDefinition) -> Any:
        """What new records hold, as JSON writes it."""
        if item.type == "choices":
            text = ",".join(self._form.getlist("initial"))
        else:
            text = self._form.get("initial", "").strip()
        if not text or item.type == "reference":
            return None
        kind = input_kind(item)
        value = self._tried("initial", lambda: kind.read(text, self._culture))
        written = None if value is None else kind.write(value)
        return tuple(written) if isinstance(written, list) else written

    def _tried(self, name: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except Unreadable as error:
            self._wrong(name, error.message)
            return None


def _initial_text(item: FieldDefinition, culture: Culture) -> str:
    if item.initial is None:
        return ""
    kind = plain_kind(item)
    data = list(item.initial) if isinstance(item.initial, tuple) else item.initial
    try:
        return kind.edit(kind.accept(data), culture)
    except Unreadable:
        return ""  # an option that is gone


def _numbered(name: str) -> bool:
    parts = name.split(".")
    return len(parts) == 3 and parts[1].isdecimal() and len(parts[1]) <= 4
