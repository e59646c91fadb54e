"""What is always true of reports: the company's definitions can be read, and the statements equal
the books."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.accounting.api import report_accounts
from addons.reporting.services.asking import Asked
from addons.reporting.services.build import build
from addons.reporting.services.definitions.checking import plan
from addons.reporting.services.definitions.store import all_definitions
from core.api import InvalidInput, Invariant, InvariantResult, msg

_PROVEN = ("profit-and-loss", "balance-sheet", "cash-flow", "trial-balance")
"""Those that read balances, so that the check stays quick in the largest books."""


def definitions_are_sound(session: Session) -> InvariantResult:
    """Every definition can be read and worked out with the company's chart."""
    accounts, bad = report_accounts(session), []
    try:
        kept = all_definitions(session)
    except InvalidInput as error:
        return InvariantResult(False, "unreadable", str(error))
    for one in kept:
        if not plan(one.definition, accounts).is_sound:
            bad.append(one.definition.key)
    return InvariantResult(not bad, f"{len(kept)} reports", ", ".join(bad))


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
