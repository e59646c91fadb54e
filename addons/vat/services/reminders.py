"""Returns that are due: for the start page, the page of repairs, and the closing checklist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import AccountingPeriod, Step, StepState
from addons.vat.models import Tax, VatReturn
from addons.vat.options import VatOptions
from addons.vat.services.filing.periods import due_date, form_key, next_days
from core.api import Tile, Trouble, msg, options, phrase, today


@dataclass(frozen=True, slots=True)
class Pending:
    """A return that is not filed: one that is written, or the one that should come next."""

    start: date
    end: date
    due: date
    return_id: int | None

    @property
    def url(self) -> str:
        """Where it is worked on."""
        return f"/vat/form/{self.return_id}" if self.return_id else "/vat/returns/new"


def pending(session: Session) -> list[Pending]:
    """The returns whose days are over and that are not filed, the oldest first."""
    now = today(session)
    drafts = session.scalars(
        select(VatReturn)
        .where(VatReturn.state == "draft", VatReturn.replaces_id.is_(None),
               VatReturn.end_date < now)
        .order_by(VatReturn.end_date)
    )  # fmt: skip
    found = [
        Pending(one.start_date, one.end_date, one.due_date or due_date(one.form, one.end_date),
                one.id)
        for one in drafts
    ]  # fmt: skip
    ever = session.scalar(select(VatReturn.id).limit(1)) is not None
    start, end = next_days(session)
    if ever and end < now:
        found.append(Pending(start, end, due_date(form_key(session), end), None))
    return found


def overdue(session: Session) -> list[Trouble]:
    """What is late, or due within the days of notice."""
    now = today(session)
    notice = timedelta(days=options(session, VatOptions).remind_days)
    troubles = []
    for one in pending(session):
        if one.due - notice > now:
            continue
        late = one.due < now
        troubles.append(
            Trouble(
                key=f"return:{one.start}",
                title=phrase("A VAT return is overdue") if late else phrase("A VAT return is due"),
                cause=phrase(
                    "The return of {start} to {end} is to be filed by {due}.",
                    start=one.start,
                    end=one.end,
                    due=one.due,
                ),
                severity="bad" if late else "warning",
                url=one.url,
            )
        )
    return troubles


def tiles(session: Session) -> list[Tile]:
    """The next return on the start page, as a day."""
    waiting = pending(session)
    if not waiting:
        return []
    first = waiting[0]
    return [
        Tile(msg("VAT return due"), first.due, first.url, order=45,
             reads=("vat.returns",), name="return")
    ]  # fmt: skip


def check_period(session: Session, period: AccountingPeriod) -> StepState:
    """Whether the returns whose days end in a period are filed."""
    if session.scalar(select(Tax.id).limit(1)) is None:
        return StepState("not_needed", phrase("The company has no taxes."))
    ending = session.scalars(
        select(VatReturn)
        .where(VatReturn.state != "replaced",
               VatReturn.end_date.between(period.start_date, period.end_date))
        .order_by(VatReturn.end_date)
    ).all()  # fmt: skip
    open_ones = [one for one in ending if one.state == "draft"]
    if open_ones:
        one = open_ones[0]
        return StepState(
            "open",
            phrase("The return of {start} to {end} is a draft.", start=one.start_date,
                   end=one.end_date),
            f"/vat/form/{one.id}",
            len(open_ones),
        )  # fmt: skip
    if ending:
        return StepState("done", phrase("The return is filed."), f"/vat/form/{ending[0].id}")
    start, end = next_days(session)
    if start <= period.end_date and end <= period.end_date:
        return StepState("open", phrase("The return of {start} to {end} is not written yet.",
                                        start=start, end=end), "/vat/returns/new", 1)  # fmt: skip
    return StepState("not_needed", phrase("No tax period ends here."))


STEP = Step("vat.return", msg("File the VAT return"), 600, check_period)
