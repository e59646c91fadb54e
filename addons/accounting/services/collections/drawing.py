"""Statements of account that customers draw up for themselves, on the company's paper."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from addons.accounting.services.collections.account_statements import RESOURCE, drawn_statement
from core.api import Pdf, print_pdf


class DrawnStatements:
    """Statements of a customer's account in the books (sales' `StatementsOfAccount`)."""

    def draw(
        self,
        session: Session,
        contact_id: int,
        first: date,
        last: date,
        currency: str,
        language: str,
        /,
    ) -> Pdf | None:
        """The statement as PDF, which is not kept; None where nothing was ever posted in this
        currency. Raises InvalidInput where the last day is before the first."""
        statement = drawn_statement(session, contact_id, first, last, currency)
        return None if statement is None else print_pdf(session, RESOURCE, statement, language)
