"""The editor of a definition: what its form holds, what was typed, and a preview of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.accounting.api import REPORT_LINES, report_accounts
from addons.reporting.services.asking import Asked
from addons.reporting.services.build import build
from addons.reporting.services.definitions.checking import Finding, plan
from addons.reporting.services.definitions.reading import from_json
from addons.reporting.services.definitions.selections import (
    SUBTYPES,
    TYPES,
    SelectionError,
    parse_selection,
)
from addons.reporting.services.definitions.store import Kept
from addons.reporting.services.definitions.values import Definition, Row, title_in
from addons.reporting.services.sheet import Sheet
from core.api import InvalidInput, Request, msg

Choice = tuple[str, str]
KINDS: Final[tuple[Choice, ...]] = (
    ("accounts", msg("Accounts")),
    ("formula", msg("Formula")),
    ("heading", msg("Heading")),
)
SIGNS: Final[tuple[Choice, ...]] = (
    ("debit", msg("Debits are positive")),
    ("credit", msg("Credits are positive")),
)
BASES: Final[tuple[Choice, ...]] = (
    ("", msg("As the report")),
    ("movement", msg("Movement of the period")),
    ("opening", msg("Balance before the period")),
    ("closing", msg("Balance at its end")),
    ("year", msg("Movement of the fiscal year")),
    ("before_year", msg("Balance before the fiscal year")),
    ("before_first_year", msg("Balance before the fiscal year of the first day")),
)
DETAILS: Final[tuple[Choice, ...]] = (
    ("folded", msg("Accounts folded beneath")),
    ("open", msg("Accounts open beneath")),
    ("only", msg("Accounts alone, without a sum")),
    ("none", msg("No accounts")),
)
BLANK: Final = Row("", "accounts", {}, level=1, hide_zero=True)
"""What a new row begins with."""
_LISTS: Final = (
    "key", "kind", "title_en", "title_ar", "title_bn", "level", "content", "sign", "basis",
    "detail", "look", "counts", "zero",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """What the editor shows: the definition, the choices of its fields, what selections know."""

    definition: Definition
    title: str
    kinds: Sequence[Choice]
    signs: Sequence[Choice]
    bases: Sequence[Choice]
    details: Sequence[Choice]
    types: Sequence[str]
    subtypes: Sequence[str]
    lines: Sequence[Choice]
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Shown:
    """A preview: the sheet if there is one, and what is wrong or doubtful. `row` of a finding is
    the position of the row, counted from 1 as people do."""

    sheet: Sheet | None
    findings: Sequence[Finding]


def draft_of(session: Session, kept: Kept, language: str) -> Draft:
    """The editor for a definition."""
    findings = plan(kept.definition, report_accounts(session)).findings
    lines = [(line.key, line.title) for line in REPORT_LINES]
    title = title_in(kept.definition.titles, language)
    return Draft(
        kept.definition, title, KINDS, SIGNS, BASES, DETAILS, TYPES, SUBTYPES, lines, findings
    )


def edited(kept: Kept, request: Request) -> dict[str, Any]:
    """What was typed, as the content of a definition."""
    form = request.form
    columns = {name: form.getlist(name) for name in _LISTS}
    count = min((len(values) for values in columns.values()), default=0)
    rows = [_row({name: columns[name][at] for name in _LISTS}) for at in range(count)]
    return {
        "titles": {language: form.get(f"report_{language}", "") for language in ("en", "ar", "bn")},
        "hide_zero": form.get("hide_zero", "") == "1",
        "select": form.get("select", kept.definition.select),
        "rows": rows,
    }


def _row(typed: Mapping[str, str]) -> dict[str, Any]:
    is_formula = typed["kind"] == "formula"
    level = typed["level"]
    return {
        "key": typed["key"],
        "kind": typed["kind"],
        "titles": {language: typed[f"title_{language}"] for language in ("en", "ar", "bn")},
        "level": int(level) if level.isascii() and level.isdecimal() and len(level) < 4 else -1,
        "select": "" if is_formula else typed["content"],
        "formula": typed["content"] if is_formula else "",
        "sign": typed["sign"],
        "basis": typed["basis"],
        "detail": typed["detail"],
        "strong": typed["look"] == "strong",
        "memo": typed["counts"] == "memo",
        "hide_zero": typed["zero"] == "hide",
    }


def preview_of(session: Session, kept: Kept, request: Request) -> Shown:
    """What would be shown of what was typed, and everything that is wrong with it."""
    try:
        definition = from_json(kept.definition, edited(kept, request))
    except InvalidInput as refused:
        return Shown(None, [_finding(one.field, one.message) for one in refused.problems])
    findings = list(plan(definition, report_accounts(session)).findings)
    findings += _selection_findings(definition)
    if any(finding.severity == "bad" for finding in findings):
        return Shown(None, findings)
    asked = Asked(definition.key, period=request.form.get("period", "") or "this_year")
    sheet = build(session, asked, request.locale, definition=definition).sheet
    return Shown(sheet, findings)


def _selection_findings(definition: Definition) -> list[Finding]:
    if definition.kind == "statement":
        return []
    try:
        parse_selection(definition.select or "all")
    except SelectionError as error:
        return [Finding("bad", None, "select", error.sentence)]
    return []


def _finding(field: str, message: str) -> Finding:
    """A problem at `rows.3.key` as a finding of the row."""
    parts = field.split(".")
    is_row = len(parts) > 2 and parts[0] == "rows" and parts[1].isdecimal()
    return Finding("bad", int(parts[1]) if is_row else None, parts[-1], message)
