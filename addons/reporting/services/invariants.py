"""What is always true of reports: the company's definitions can be read, and the statements equal
the books."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import report_accounts
from addons.reporting.models import ReportDefinition
from addons.reporting.services.asking import Asked
from addons.reporting.services.build import build
from addons.reporting.services.definitions.checking import plan
from addons.reporting.services.definitions.shipped import SHIPPED
from addons.reporting.services.definitions.store import definition_named
from core.api import InvalidInput, Invariant, InvariantResult, NotFound, msg

_PROVEN = ("profit-and-loss", "balance-sheet", "cash-flow", "trial-balance")
"""Those that read balances, so that the check stays quick in the largest books."""


def definitions_are_sound(session: Session) -> InvariantResult:
    """Every definition can be read and worked out with the company's chart."""
    accounts, bad = report_accounts(session), []
    keys = sorted({*SHIPPED, *session.scalars(select(ReportDefinition.key))})
    for key in keys:
        try:
            definition = definition_named(session, key).definition
        except (InvalidInput, NotFound) as error:
            bad.append(f"{key}: {error}")
            continue
        if not plan(definition, accounts).is_sound:
            bad.append(key)
    return InvariantResult(not bad, f"{len(keys)} reports", "; ".join(bad))


def statements_equal_the_books(session: Session) -> InvariantResult:
    """No check on the main statements over all days is red."""
    wrong = []
    for key in _PROVEN:
        sheet = build(session, Asked(key, period="all"), "en").sheet
        wrong += [f"{key}: {check.sentence}" for check in sheet.checks if check.state == "bad"]
    return InvariantResult(not wrong, f"{len(_PROVEN)} statements", "; ".join(wrong))


INVARIANTS = (
    Invariant(
        "reporting.definitions_are_sound",
        msg("Definitions of reports can be worked out"),
        definitions_are_sound,
    ),
    Invariant(
        "reporting.statements_equal_the_books",
        msg("Financial statements equal the books"),
        statements_equal_the_books,
    ),
)
