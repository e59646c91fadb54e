"""The page of a calendar."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from core.clock import utc_now
from core.web.displays.calendar import Span, sheet
from core.web.displays.frame import DAY, SPAN, ask_display, list_link, panel, show
from core.web.displays.offered import offered
from core.web.replies import Reply
from core.web.request import Request
from core.web.resources.shape import Shape


def calendar_page(shape: Shape, session: Session, request: Request) -> Reply:
    """The month or week that the address names; this month if it names none."""
    asked, calendar = ask_display(session, shape, request, "calendar"), offered(shape).calendar
    assert calendar is not None
    opened = panel(asked, session, request)
    if opened is not None:
        return opened
    span: Span = "week" if request.query.get(SPAN) == "week" else "month"
    today = utc_now().astimezone(asked.culture.zone).date()
    day = _day(request.query.get(DAY, ""), today)
    here = asked.address.without(DAY)
    found = None if asked.problems else sheet(session, asked, calendar, span, day)
    plain = list_link(asked).without("group", "in")
    context = {
        "sheet": found,
        "span": span,
        "date_field": calendar.date,
        "before": here.having(DAY, found.before.isoformat()).url() if found else "",
        "after": here.having(DAY, found.after.isoformat()).url() if found else "",
        "to_today": here.url(),
        "spans": [
            (name, here.having(DAY, day.isoformat()).having(SPAN, name).url())
            for name in ("month", "week")
        ],
        "day_url": lambda d: plain.having(f"{calendar.date}__during", d.isoformat()).url(),
        "new_url": lambda d: f"{shape.url}/new?{calendar.date}={d.isoformat()}",
        "creatable": any(item.name == calendar.date and not item.readonly for item in shape.inputs),
    }
    return show(asked, session, request, "calendar", context)


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    # A year on either side must still be a date.
    return day if 2 <= day.year <= 9998 else today
