"""Definitions out of and into JSON, as a company keeps its own. Whatever is wrong is named with
its row, so that the editor can show it beside what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, Protocol, TypeVar

from addons.reporting.services.definitions.values import (
    BASES,
    DETAILS,
    LANGUAGES,
    MAX_LEVEL,
    MAX_ROWS,
    ROW_KINDS,
    SIGNS,
    Basis,
    Definition,
    Row,
)
from core.api import InvalidInput, Problem, phrase

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LONGEST_TITLE: Final = 200
Choice = TypeVar("Choice", bound=str)


def to_json(definition: Definition) -> dict[str, Any]:
    """What a company may change of a definition."""
    return {
        "titles": dict(definition.titles),
        "hide_zero": definition.hide_zero,
        "select": definition.select,
        "rows": [_row_to_json(row) for row in definition.rows],
    }


def from_json(base: Definition, content: Mapping[str, Any]) -> Definition:
    """The definition `base` with what was changed of it; raises InvalidInput with every
    problem, each at `rows.<position>.<field>`."""
    problems: list[Problem] = []
    rows = content.get("rows", [])
    if not isinstance(rows, list) or len(rows) > MAX_ROWS:
        raise InvalidInput.of("rows", phrase("Give at most {count} rows.", count=MAX_ROWS))
    titles = _titles(content.get("titles"), "titles", problems)
    read = tuple(_row(row, position, problems) for position, row in enumerate(rows))
    problems += _twice(read)
    if base.kind == "statement" and not read:
        problems.append(Problem("rows", phrase("A report needs at least one row.")))
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))
    return replace(
        base,
        titles=titles,
        hide_zero=content.get("hide_zero", base.hide_zero) is True,
        select=_text(content.get("select", base.select)),
        rows=read if base.kind == "statement" else (),
    )


def _row_to_json(row: Row) -> dict[str, Any]:
    return {
        "key": row.key,
        "kind": row.kind,
        "titles": dict(row.titles),
        "level": row.level,
        "select": row.select,
        "formula": row.formula,
        "sign": row.sign,
        "basis": row.basis or "",
        "strong": row.strong,
        "memo": row.memo,
        "hide_zero": row.hide_zero,
        "detail": row.detail,
    }


def _row(content: Any, position: int, problems: list[Problem]) -> Row:
    place = f"rows.{position}"
    given: Mapping[str, Any] = content if isinstance(content, Mapping) else {}
    key = _text(given.get("key"))
    if not _KEY.fullmatch(key):
        message = phrase("Name the row in small letters, digits and _: other_income.")
        problems.append(Problem(f"{place}.key", message))
    level = given.get("level", 0)
    if not isinstance(level, int) or isinstance(level, bool) or not 0 <= level <= MAX_LEVEL:
        message = phrase("Choose a level between 0 and {most}.", most=MAX_LEVEL)
        problems.append(Problem(f"{place}.level", message))
        level = 0
    choose = _chooser(given, place, problems)
    written = _text(given.get("basis"))
    basis: Basis | None = next((one for one in BASES if one == written), None)
    if written and basis is None:
        message = phrase("Choose one of: {choices}.", choices=", ".join(BASES))
        problems.append(Problem(f"{place}.basis", message))
    return Row(
        key=key,
        kind=choose("kind", ROW_KINDS),
        titles=_titles(given.get("titles"), f"{place}.titles", problems),
        level=level,
        select=_text(given.get("select")),
        formula=_text(given.get("formula")),
        sign=choose("sign", SIGNS),
        basis=basis,
        strong=given.get("strong") is True,
        memo=given.get("memo") is True,
        hide_zero=given.get("hide_zero") is True,
        detail=choose("detail", DETAILS),
    )


class _Chooser(Protocol):
    """Reads one of a few values."""

    def __call__(self, field: str, choices: tuple[Choice, ...], /) -> Choice: ...


def _chooser(given: Mapping[str, Any], place: str, problems: list[Problem]) -> _Chooser:
    def choose(field: str, choices: tuple[Choice, ...], /) -> Choice:
        value = given.get(field, choices[0])
        for choice in choices:
            if choice == value:
                return choice
        message = phrase("Choose one of: {choices}.", choices=", ".join(choices))
        problems.append(Problem(f"{place}.{field}", message))
        return choices[0]

    return choose


def _titles(content: Any, place: str, problems: list[Problem]) -> dict[str, str]:
    given: Mapping[str, Any] = content if isinstance(content, Mapping) else {}
    titles = {language: " ".join(_text(given.get(language)).split()) for language in LANGUAGES}
    kept = {language: title for language, title in titles.items() if title}
    if not kept:
        problems.append(Problem(place, phrase("Give it a title in one language at least.")))
    if any(len(title) > _LONGEST_TITLE for title in kept.values()):
        message = phrase("A title has {count} letters at the most.", count=_LONGEST_TITLE)
        problems.append(Problem(place, message))
    return kept


def _twice(rows: tuple[Row, ...]) -> Iterator[Problem]:
    seen: set[str] = set()
    for position, row in enumerate(rows):
        if row.key in seen:
            message = phrase("Another row is called {key} too.", key=row.key)
            yield Problem(f"rows.{position}.key", message)
        seen.add(row.key)


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
