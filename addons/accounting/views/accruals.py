"""Accruals: their list and form. Missing bills have a page of their own (views/closing.py)."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.models import ACCRUAL_KINDS, ACCRUAL_STATES, Accrual
from addons.accounting.permissions import EDIT_ENTRY, POST_ENTRY, VIEW_BOOKS
from addons.accounting.services import accruals
from core.api import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    ListView,
    Operations,
    Related,
    Resource,
    Section,
    msg,
    phrase,
)


def _post(session: Session, accrual: Accrual) -> str:
    accruals.post_accrual(session, accrual)
    return phrase("Posted, and reversed on the day after.")


def _entries(session: Session, accrual: Accrual) -> list[Related]:
    return [
        Related("accounting.entries", accrual.entry_id, msg("Accrual")),
        Related("accounting.entries", accrual.reversal_id, msg("Its reversal")),
    ]


ACCRUALS: Final = Resource(
    name="accruals",
    model=Accrual,
    title=msg("Accruals"),
    singular=msg("Accrual"),
    help=msg("Expenses and income of a month whose bill comes later. They reverse by themselves."),
    access=Access(VIEW_BOOKS, EDIT_ENTRY, EDIT_ENTRY, EDIT_ENTRY),
    columns=(
        Column("date", msg("Date")),
        Column("partner", msg("Partner")),
        Column("account.code", msg("Account")),
        Column("amount", msg("Amount"), widget="money", total=True),
        Column("kind", msg("Kind"), choices=ACCRUAL_KINDS, optional=True),
        Column(
            "state",
            msg("State"),
            choices=ACCRUAL_STATES,
            tones=(("posted", "good"), ("draft", "warning")),
        ),
    ),
    record_title=lambda accrual: accrual.partner or accrual.narration or str(accrual.id),
    form=(
        Section(
            msg("Accrual"),
            (
                Field("date", msg("Month"), help=msg("It is posted on the month's last day.")),
                Field("kind", msg("Kind"), choices=ACCRUAL_KINDS),
                Field("account_id", msg("Account"), reference="accounting.accounts"),
                Field("amount", msg("Amount"), widget="money"),
                Field("partner", msg("Partner")),
                Field("narration", msg("Narration")),
                Field(
                    "balance_account_id",
                    msg("Accrued on"),
                    reference="accounting.accounts",
                    help=msg("Left empty, the company's account of accruals."),
                ),
            ),
        ),
    ),
    search=("partner", "narration"),
    filters=(Filter("date", msg("Date")), Filter("state", msg("State"), choices=ACCRUAL_STATES)),
    views=(ListView("drafts", msg("Drafts"), where=(("state", "draft"),)),),
    order=("-date",),
    actions=(
        Action(
            "post",
            msg("Post"),
            POST_ENTRY,
            _post,
            when=lambda accrual: accrual.state == "draft",
            style="primary",
            bulk=True,
        ),
    ),
    operations=Operations(
        accruals.create_accrual, accruals.update_accrual, accruals.delete_accrual
    ),
    editable=lambda accrual: accrual.state == "draft",
    state="state",
    related=_entries,
)

RESOURCES: Final[tuple[Resource, ...]] = (ACCRUALS,)
