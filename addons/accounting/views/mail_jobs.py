"""Jobs that send what is printed from a list's declaration: statements and reminders."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.services.collections import dunning, mailing, statement_run
from addons.accounting.views.collections import ACCOUNT_STATEMENTS
from addons.accounting.views.dunning import DUNNING_LETTERS
from core.api import Job, msg


def mail_account_statement(session: Session, *, statement_id: int) -> None:
    """Send a statement of account, once."""
    mailing.mail_statement(session, ACCOUNT_STATEMENTS, statement_id)


def mail_dunning_letter(session: Session, *, letter_id: int) -> None:
    """Send a reminder, once."""
    mailing.mail_letter(session, DUNNING_LETTERS, letter_id)


JOBS: Final = (
    Job(statement_run.JOB, msg("Make statements of account"), statement_run.make_statements),
    Job(mailing.STATEMENT_JOB, msg("Send a statement of account"), mail_account_statement),
    Job(dunning.MAIL_JOB, msg("Send a reminder"), mail_dunning_letter),
)
