"""Where bank accounts stand in the way: of a period's closing, of a good night, of `doctor`."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from addons.accounting.extension_points import Step, StepState
from addons.accounting.models import Period
from addons.accounting.models.bank import BankAccount, BankBalance, BankLine
from addons.accounting.services.bank.assertions import failing_balances
from core.api import Invariant, InvariantResult, Trouble, msg, phrase

_NEARLY = timedelta(days=4)
"""A month may end on days on which no bank moves anything, and no statement is written."""
# A matched movement, and the line of the books that it was matched with, are the same amount.
_APART = text("""
SELECT bank.id, bank.date
  FROM accounting.bank_match AS match
  JOIN accounting.bank_line AS bank ON bank.id = match.line_id
  JOIN accounting.bank_account AS account ON account.id = bank.bank_account_id
  JOIN accounting.journal_line AS line ON line.id = match.ledger_line_id
 WHERE match.undone_at IS NULL
   AND (line.account_id <> account.account_id
        OR bank.amount IS DISTINCT FROM
           CASE WHEN line.currency = account.currency THEN line.amount
                ELSE line.original_amount END)
 UNION ALL
SELECT bank.id, bank.date
  FROM accounting.bank_line AS bank
 WHERE (bank.state = 'done') <> EXISTS (
   SELECT 1 FROM accounting.bank_match AS match
    WHERE match.line_id = bank.id AND match.undone_at IS NULL)
""")


def check_bank(session: Session, period: Period) -> StepState:
    """Every balance holds, every movement is matched, and statements reach the period's end."""
    banks = session.scalars(select(BankAccount).where(BankAccount.active)).all()
    if not banks:
        return StepState("not_needed", phrase("No bank account is set up."), "/accounting/bank")
    failing = failing_balances(session, until=period.end_date)
    if failing:
        return StepState("blocked", failing[0].sentence, "/accounting/bank", len(failing))
    left = session.scalar(
        select(func.count()).where(BankLine.state == "open", BankLine.date <= period.end_date)
    )
    if left:
        return StepState(
            "open",
            phrase("{count} movements of the bank are not matched.", count=left),
            "/accounting/bank",
            left,
        )
    late = [bank.name for bank in banks if not _reaches(session, bank, period)]
    if late:
        return StepState(
            "open",
            phrase(
                "No statement reaches {day}: {names}.", day=period.end_date, names=", ".join(late)
            ),
            "/accounting/bank/import",
            len(late),
        )
    return StepState(
        "done",
        phrase("{count} bank accounts are reconciled.", count=len(banks)),
        "/accounting/bank",
    )


def _reaches(session: Session, bank: BankAccount, period: Period) -> bool:
    """Whether a balance is known of the period's end, or of a day shortly before."""
    newest = session.scalar(
        select(func.max(BankBalance.date)).where(BankBalance.bank_account_id == bank.id)
    )
    return newest is not None and newest >= period.end_date - _NEARLY


BANK: Final = Step(
    "accounting.bank", msg("Reconcile the bank accounts"), order=200, check=check_bank
)


def balances_hold(session: Session) -> InvariantResult:
    """Every balance that a bank stated, or a person entered, follows from the movements."""
    failing = failing_balances(session)
    count = session.scalar(select(func.count()).select_from(BankBalance)) or 0
    detail = "; ".join(item.sentence for item in failing[:5])
    return InvariantResult(not failing, f"{count} balances", detail)


def matches_agree(session: Session) -> InvariantResult:
    """Matched movements and the books show the same amounts."""
    bad = session.execute(_APART).all()
    count = session.scalar(select(func.count()).where(BankLine.state == "done")) or 0
    return InvariantResult(
        not bad, f"{count} matched", "; ".join(f"{day}: line {line}" for line, day in bad[:20])
    )


INVARIANTS: Final = (
    Invariant("accounting.bank_balances_hold", msg("Asserted bank balances hold"), balances_hold),
    Invariant("accounting.bank_matches_agree", msg("Bank matches equal the books"), matches_agree),
)


def bank_troubles(session: Session) -> list[Trouble]:
    """Each asserted balance that does not hold."""
    return [
        Trouble(
            key=f"bank-balance:{item.balance.id}",
            title=phrase("The balance of {name} does not hold", name=item.bank.name),
            cause=item.sentence,
            url=f"/accounting/bank/{item.bank.id}/report?on={item.balance.date}",
        )
        for item in failing_balances(session)[:20]
    ]
