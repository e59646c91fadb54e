"""Sessions of the tills: the list with what each counted, and the approval of differences."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from addons.pos.models import APPROVALS, SESSION_STATES, SessionCount, TillSession
from addons.pos.permissions import CLOSE_SESSIONS, VIEW_SESSIONS
from addons.pos.services.sessions.closing import approve
from addons.pos.services.sessions.naming import session_title
from addons.pos.services.sessions.paper import paper_of
from core.api import (
    Access,
    Action,
    Column,
    Displays,
    Field,
    Filter,
    ListView,
    Print,
    Resource,
    Section,
    msg,
    phrase,
)

_PAPER: Final = Path(__file__).parents[1] / "templates" / "pos" / "paper" / "session.typ"


def _approve(session: Session, till_session: TillSession) -> str:
    approve(session, till_session)
    return phrase("The difference is approved.")


SESSIONS: Final = Resource(
    name="sessions",
    model=TillSession,
    title=msg("Till sessions"),
    singular=msg("Till session"),
    help=msg("From the opening of a till to its closing: what was sold, and what was counted."),
    access=Access(VIEW_SESSIONS),
    columns=(
        Column("register.code", msg("Till")),
        Column("number", msg("Number")),
        Column("opened_at", msg("Opened")),
        Column("opened_by", msg("By"), optional=True),
        Column("closed_at", msg("Closed")),
        Column("z_number", msg("Z report")),
        Column(
            "state",
            msg("State"),
            choices=SESSION_STATES,
            tones=(("open", "good"), ("rescue", "warning")),
        ),
        Column("difference", msg("Difference"), widget="money", total=True, currency="currency"),
        Column("approval", msg("Approval"), choices=APPROVALS, tones=(("asked", "warning"),)),
        Column("forced", msg("Without a count"), optional=True),
    ),
    record_title=session_title,
    filters=(
        Filter("register_id", msg("Till"), reference="pos.registers"),
        Filter("day", msg("Date")),
        Filter("state", msg("State"), choices=SESSION_STATES),
        Filter("approval", msg("Approval"), choices=APPROVALS),
        Filter("difference", msg("Difference")),
    ),
    views=(
        ListView("open", msg("Open"), where=(("state", "open"),)),
        ListView("asked", msg("To be approved"), where=(("approval", "asked"),)),
        ListView("late", msg("Latecomers"), where=(("state", "rescue"),)),
    ),
    order=("-opened_at", "-id"),
    prints=(Print("report", msg("Report"), template=_PAPER, data=paper_of),),
    state="state",
    aside=("rescue",),
    form=(
        Section(
            msg("Till session"),
            (
                Field("register_id", msg("Till"), reference="pos.registers", readonly=True),
                Field("number", msg("Number"), readonly=True),
                Field("z_number", msg("Z report"), readonly=True),
                Field("opened_at", msg("Opened"), readonly=True),
                Field("opened_by", msg("Opened by"), reference="core.users", readonly=True),
                Field("opening_float", msg("Float"), widget="money", readonly=True),
                Field("closed_at", msg("Closed"), readonly=True),
                Field("closed_by", msg("Closed by"), reference="core.users", readonly=True),
                Field("difference", msg("Difference"), widget="money", readonly=True),
                Field("approval", msg("Approval"), choices=APPROVALS, readonly=True),
                Field("approved_by", msg("Approved by"), reference="core.users", readonly=True),
                Field("note", msg("Note"), readonly=True),
            ),
        ),
    ),
    actions=(
        Action(
            "approve",
            msg("Approve the difference"),
            CLOSE_SESSIONS,
            _approve,
            when=lambda till_session: till_session.approval == "asked",
            style="primary",
            bulk=True,
        ),
    ),
    displays=Displays(board=False, calendar=False),
    customizable=False,
    # A difference is approved whatever became of the licence: its money was counted.
    never_blocked=True,
)

COUNTS: Final = Resource(
    name="counts",
    model=SessionCount,
    title=msg("Counts of tills"),
    singular=msg("Count of a till"),
    help=msg("What was counted at each closing, beside what should have been there."),
    access=Access(VIEW_SESSIONS),
    columns=(
        Column("session.day", msg("Date")),
        Column("session.register.code", msg("Till")),
        Column("method.name", msg("Way to pay")),
        Column("expected", msg("Expected"), widget="money"),
        Column("counted", msg("Counted"), widget="money"),
        Column(
            "difference",
            msg("Difference"),
            widget="money",
            total=True,
            currency="session.currency",
        ),
    ),
    record_title=lambda count: phrase("Count {id}", id=str(count.id)),
    filters=(
        Filter("session_id", msg("Till session"), reference="pos.sessions"),
        Filter("method_id", msg("Way to pay"), reference="pos.methods"),
        Filter("difference", msg("Difference")),
    ),
    order=("-id",),
    displays=Displays(board=False, calendar=False),
    discussed=False,
    customizable=False,
)
