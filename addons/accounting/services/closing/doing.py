"""Working off the checklist of a period: running a step, ticking it, waiving it; closing,
reopening and locking. Whoever comes second finds the period as the first has left it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import ClosingEvent, ClosingLog, Period
from addons.accounting.services import calendar
from addons.accounting.services.closing.checklist import (
    StepView,
    checklist,
    log_of,
    step_named,
)
from core.api import Conflict, InvalidInput, NotFound, Problem, announce, phrase


class NotReadyToClose(Conflict):
    """Steps of the checklist are neither done nor waived; `problems` name them."""

    code = "not-ready-to-close"


def period_for_change(session: Session, period_id: int) -> Period:
    """The period and those before it, locked for this transaction in the order in which posting
    locks them, and read anew; raises NotFound."""
    period = session.get(Period, period_id)
    if period is None:
        raise NotFound(phrase("There is no such period."))
    session.scalars(
        select(Period)
        .where(Period.start_date <= period.start_date)
        .order_by(Period.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return period


def run_step(session: Session, period_id: int, name: str) -> str:
    """Let the machine do a step of an open period; returns what was done."""
    period, step = period_for_change(session, period_id), step_named(session, name)
    _require_open(session, period)
    if step.run is None:
        raise Conflict(phrase("Only a person can do this step."))
    said = step.run(session, period)
    write_log(session, period, "ran", step=name, reason=said)
    return said


def tick(session: Session, period_id: int, name: str) -> None:
    """A person says that a step is done which no machine can see."""
    period, step = period_for_change(session, period_id), step_named(session, name)
    _require_open(session, period)
    if not step.by_hand:
        raise Conflict(
            phrase("This step is done when the books say so."),
            fix=phrase("Work it off, or waive it with a reason."),
        )
    write_log(session, period, "ticked", step=name)


def waive(session: Session, period_id: int, name: str, reason: str) -> None:
    """Decide to close without a step. The reason is kept for good."""
    period, step = period_for_change(session, period_id), step_named(session, name)
    _require_open(session, period)
    if not step.waivable:
        raise Conflict(phrase("A period cannot be closed without this step."))
    write_log(session, period, "waived", step=name, reason=_reason(reason))


def clear(session: Session, period_id: int, name: str) -> None:
    """Take back a tick or a waiver."""
    period = period_for_change(session, period_id)
    _require_open(session, period)
    write_log(session, period, "cleared", step=name)


def close(session: Session, period_id: int) -> Period:
    """Close a period whose steps are all done or waived. Of two who close it at once, one does;
    the other is told who did."""
    period = period_for_change(session, period_id)
    _require_open(session, period)
    steps = checklist(session, period)
    left = [view for view in steps if not view.settled]
    if left:
        raise NotReadyToClose(
            phrase(
                "{period} cannot be closed yet: {steps}.",
                period=period.name,
                steps="; ".join(phrase(view.step.title) for view in left),
            ),
            fix=phrase("Work the steps off, or waive them with a reason."),
            problems=tuple(Problem(view.step.name, view.state.sentence) for view in left),
        )
    calendar.set_period_state(session, period, "closed", with_drafts=True)
    write_log(session, period, "closed", details=_evidence(steps))
    return period


def reopen(session: Session, period_id: int, reason: str) -> Period:
    """Open a closed period again. What was ticked and waived for it has to be looked at anew."""
    reason, period = _reason(reason), period_for_change(session, period_id)
    later = session.scalar(
        select(Period)
        .where(Period.start_date > period.start_date, Period.state != "open")
        .order_by(Period.start_date)
        .limit(1)
    )
    if later is not None:
        raise Conflict(
            phrase("{period} comes after it and is closed.", period=later.name),
            fix=phrase("Reopen the later periods first, the last of them at the start."),
        )
    if period.state == "open":
        raise Conflict(phrase("{period} is open already.", period=period.name))
    calendar.set_period_state(session, period, "open")
    write_log(session, period, "reopened", reason=reason)
    return period


def lock(session: Session, period_id: int) -> Period:
    """Lock a closed period for good, after those before it."""
    period = period_for_change(session, period_id)
    if period.state == "open":
        raise Conflict(
            phrase("{period} is open.", period=period.name), fix=phrase("Close it first.")
        )
    _require_earlier_closed(session, period)
    calendar.set_period_state(session, period, "locked", with_drafts=True)
    write_log(session, period, "locked")
    return period


def earlier_open(session: Session, period: Period) -> list[Period]:
    """The periods before this one that are still open, oldest first."""
    return list(
        session.scalars(
            select(Period)
            .where(Period.start_date < period.start_date, Period.state == "open")
            .order_by(Period.start_date)
        )
    )


def write_log(
    session: Session,
    period: Period,
    event: ClosingEvent,
    *,
    step: str = "",
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Keep what happened, for whoever asks later."""
    session.add(
        ClosingLog(
            period_id=period.id, event=event, step=step, reason=str(reason), details=details or {}
        )
    )
    session.flush()
    announce(session, "accounting.periods", period.id)


def _require_earlier_closed(session: Session, period: Period) -> None:
    still_open = earlier_open(session, period)
    if still_open:
        raise Conflict(
            phrase("{period} before it is still open.", period=still_open[0].name),
            fix=phrase("Close it first."),
        )


def _require_open(session: Session, period: Period) -> None:
    if period.state == "open":
        return
    done = [line for line in log_of(session, period) if line.event in ("closed", "locked")]
    if not done:
        raise Conflict(phrase("{period} is closed already.", period=period.name))
    raise Conflict(
        phrase("{period} was closed already, by {who}.", period=period.name, who=done[-1].actor)
    )


def _reason(written: str) -> str:
    if not written.strip():
        raise InvalidInput.of("reason", phrase("Say why: the reason is kept in the log."))
    return written.strip()


def _evidence(steps: Iterable[StepView]) -> dict[str, Any]:
    """What each step said at the moment of closing."""
    return {
        view.step.name: {
            "status": view.state.status,
            "sentence": str(view.state.sentence),
            "mark": view.mark.event if view.mark else "",
        }
        for view in steps
    }
