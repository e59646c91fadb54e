"""Templates: kept by people, made of entries, and used to write the next one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from addons.accounting.models import JournalEntry
from addons.accounting.models.recurring import EntryTemplate, EntryTemplateLine
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.dimensions.splits import read_split
from addons.accounting.services.drafts import create_draft
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.money import round_money
from addons.accounting.services.templates.formulas import evaluate, names_in
from addons.accounting.services.templates.parameters import REST, require_parameters
from addons.contacts.api import contact_names
from core.api import InvalidInput, Problem, phrase

_HEADER = ("name", "journal_id", "reference", "narration", "partner_id", "active")
_LINE = ("position", "account_id", "label", "debit", "credit", "dimensions")


def create_template(session: Session, values: Mapping[str, Any]) -> EntryTemplate:
    """A new template; raises InvalidInput naming the line whose formula cannot be read."""
    template = EntryTemplate()
    _write(session, template, values)
    session.add(template)
    session.flush()
    return template


def update_template(
    session: Session, template: EntryTemplate, values: Mapping[str, Any]
) -> EntryTemplate:
    """Change a template. Entries that were written with it stay."""
    _write(session, template, values)
    session.flush()
    return template


def template_of(session: Session, entry: JournalEntry) -> EntryTemplate:
    """A template that writes the same entry again; its amounts are numbers to be replaced."""
    base = entry.narration.splitlines()[0][:60] if entry.narration else entry.journal.name
    lines = [
        EntryTemplateLine(
            position=line.position,
            account_id=line.account_id,
            label=line.label,
            debit=f"{line.debit:f}" if line.amount >= 0 else "",
            credit=f"{line.credit:f}" if line.amount < 0 else "",
            dimensions=line.dimensions,
        )
        # What the tax engine adds is worked out anew each time.
        for line in entry.lines
        if line.tax_role != "tax"
    ]
    if len(lines) < len(entry.lines) and lines:
        raise InvalidInput(
            phrase("An entry with taxes cannot become a template."),
            fix=phrase("Write the template by hand, with a formula for the tax."),
        )
    template = EntryTemplate(
        name=f"{base} ({entry.number or entry.id})",
        journal_id=entry.journal_id,
        reference=entry.reference,
        narration=entry.narration,
        partner_id=entry.partner_id,
        lines=lines,
    )
    session.add(template)
    session.flush()
    return template


def write_entry(
    session: Session, template: EntryTemplate, given: Mapping[str, Decimal], day: date
) -> JournalEntry:
    """A draft of this day with the amounts that the formulas come to, each rounded to the
    company's currency; a line with `rest` makes it balance."""
    require_parameters(template, given)
    currency = company_currency(session)
    amounts = _amounts(template, given, currency)
    lines = tuple(
        {
            "account_id": line.account_id,
            "label": line.label,
            "debit": amount if amount > 0 else None,
            "credit": amount.copy_abs() if amount < 0 else None,
            "dimensions": line.dimensions,
        }
        for line, amount in zip(template.lines, amounts, strict=True)
        if amount
    )
    names = contact_names(session, [template.partner_id])
    partner = names.get(template.partner_id, "") if template.partner_id else ""
    return create_draft(
        session,
        {
            "journal_id": template.journal_id,
            "date": day,
            "reference": template.reference,
            "narration": template.narration,
            "partner_id": template.partner_id,
            "partner": partner,
            "lines": lines,
        },
    )


def _amounts(template: EntryTemplate, given: Mapping[str, Decimal], currency: str) -> list[Decimal]:
    amounts: list[Decimal | None] = []
    for line in template.lines:
        formula = (line.debit or line.credit).strip()
        if formula in REST:
            amounts.append(None)
            continue
        amount = round_money(evaluate(formula, given), currency)
        amounts.append(amount if line.debit else amount.copy_negate())
    rest = exact_sum(amount for amount in amounts if amount is not None).copy_negate()
    return [rest if amount is None else amount for amount in amounts]


def _write(session: Session, template: EntryTemplate, values: Mapping[str, Any]) -> None:
    for name in _HEADER:
        if name in values:
            setattr(template, name, values[name])
    if "lines" not in values:
        return
    known = {line.id: line for line in template.lines}
    lines, problems = [], []
    with session.no_autoflush:
        for place, sent in enumerate(values["lines"]):
            line = known.get(sent.get("id", 0)) or EntryTemplateLine()
            line.position = place + 1
            for name in _LINE[1:]:
                if name in sent:
                    setattr(line, name, sent[name] or ("" if name != "account_id" else None))
            problems += _problems(session, line, place)
            lines.append(line)
        template.lines = lines
    open_lines = [line for line in lines if (line.debit or line.credit or "").strip() in REST]
    if len(open_lines) > 1:
        message = phrase("One line can take the rest, not several.")
        problems.append(Problem("lines", message))
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))


def _problems(session: Session, line: EntryTemplateLine, place: int) -> list[Problem]:
    debit, credit = (line.debit or "").strip(), (line.credit or "").strip()
    line.debit, line.credit = debit, credit
    if bool(debit) == bool(credit):
        message = phrase("Line {line}: fill in debit or credit, one of them.", line=place + 1)
        return [Problem(f"lines.{place}.debit", message)]
    problems = []
    side = "debit" if debit else "credit"
    try:
        if (debit or credit) not in REST:
            names_in(debit or credit)
    except InvalidInput as error:
        message = phrase("Line {line}: {what}", line=place + 1, what=error.message)
        problems.append(Problem(f"lines.{place}.{side}", message))
    try:
        read_split(session, line.dimensions or "")
    except InvalidInput as error:
        message = phrase("Line {line}: {what}", line=place + 1, what=error.message)
        problems.append(Problem(f"lines.{place}.dimensions", message))
    return problems
