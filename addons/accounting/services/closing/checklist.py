"""The checklist of a period: every step with what the books say now, and who settled it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.extension_points import ClosingStep, StepState
from addons.accounting.models import ClosingLog, Period
from core.api import AppError, NotFound, extensions, phrase


@dataclass(frozen=True, slots=True)
class StepView:
    """A step, its state at this moment, and the mark that a person left: ticked or waived."""

    step: ClosingStep
    state: StepState
    mark: ClosingLog | None

    @property
    def settled(self) -> bool:
        """Whether the period can be closed as far as this step goes."""
        return self.state.holds or self.ticked or self.waived

    @property
    def ticked(self) -> bool:
        """Whether a person said that it is done, where only a person can."""
        return self.mark is not None and self.mark.event == "ticked" and self.step.by_hand

    @property
    def waived(self) -> bool:
        """Whether a person decided to close without it."""
        return self.mark is not None and self.mark.event == "waived" and self.step.waivable

    @property
    def is_done(self) -> bool:
        """Whether there is nothing to decide any more: done, not needed or ticked."""
        return self.state.holds or self.ticked


def checklist(session: Session, period: Period) -> list[StepView]:
    """The steps of a period in their order, each looked at now."""
    steps = steps_of(session).values()
    marks = marks_of(session, period)
    return [
        StepView(step, _look(session, step, period), marks.get(step.name))
        for step in sorted(steps, key=lambda step: (step.order, step.name))
    ]


def steps_of(session: Session) -> Mapping[str, ClosingStep]:
    """The steps that the enabled addons put on the checklist, by name."""
    return extensions(session, ClosingStep)


def step_named(session: Session, name: str) -> ClosingStep:
    """The step of this name; raises NotFound."""
    step = steps_of(session).get(name)
    if step is None:
        raise NotFound(phrase("The checklist has no step {name}.", name=name))
    return step


def marks_of(session: Session, period: Period) -> dict[str, ClosingLog]:
    """By step, the last mark since the period was last reopened, unless it was cleared."""
    marks: dict[str, ClosingLog] = {}
    for line in log_of(session, period):
        if line.event == "reopened":
            marks.clear()
        elif line.event in ("ticked", "waived"):
            marks[line.step] = line
        elif line.event == "cleared":
            marks.pop(line.step, None)
    return marks


def log_of(session: Session, period: Period) -> list[ClosingLog]:
    """What was done to a period, oldest first."""
    return list(
        session.scalars(
            select(ClosingLog).where(ClosingLog.period_id == period.id).order_by(ClosingLog.id)
        )
    )


def _look(session: Session, step: ClosingStep, period: Period) -> StepState:
    try:
        return step.check(session, period)
    except AppError as error:
        # What keeps the step from looking is what has to be mended first: a missing rate, say.
        return StepState("blocked", f"{error.message} {error.fix}".strip(), count=1)
