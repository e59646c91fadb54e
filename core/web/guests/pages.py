"""Who asks to come in, who is inside, who was; and the guests' own door."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth import login_sessions
from core.auth.credentials import SESSION_COOKIE
from core.auth.models import Role, User
from core.auth.sign_in import act_as
from core.auth.users import ADMIN_ROLE
from core.db.base import utc_now
from core.db.session import after_commit, binding
from core.errors import InvalidInput
from core.guests import access as guests
from core.guests import tickets
from core.guests.models import ENDED, OPEN, STATES, GuestAccess
from core.guests.troubles import GUESTS
from core.i18n import phrase
from core.kernel import Kernel
from core.web.auth.browser import client_of, session_cookie
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request

ENTER: Final = "/core/guests/enter"
HOURS: Final = (1, 4, 8, 24, guests.MOST_HOURS)


def show_guests(session: Session, request: Request) -> Reply:
    """What waits for an answer, who may be inside, and all that was."""
    return _page(session)


def let_in(session: Session, request: Request) -> Reply:
    """Agree, for so many hours."""
    asked = guests.get_access(session, int(request.path_params["id"]), lock=True)
    form = request.form
    try:
        guests.let_in(
            session,
            asked,
            hours=_number(form.get("hours", ""), "hours"),
            may_change=form.get("may_change") == "yes",
            role_id=_number(form.get("role", ""), "role"),
        )
    except InvalidInput as error:
        return _page(session, error=error)
    _tell(session, asked)
    return Redirect(GUESTS, message=phrase("{name} can come in now.", name=asked.name))


def refuse(session: Session, request: Request) -> Reply:
    """Say no."""
    asked = guests.get_access(session, int(request.path_params["id"]), lock=True)
    guests.refuse(session, asked)
    _tell(session, asked)
    return Redirect(GUESTS, message=phrase("{name} was told no.", name=asked.name))


def end(session: Session, request: Request) -> Reply:
    """Show a guest out at once."""
    inside = guests.get_access(session, int(request.path_params["id"]), lock=True)
    guests.end(session, inside)
    kernel = _kernel(session)
    company, key, until, may = request.tenant.id, inside.key, inside.until, inside.may_change
    # After the commit: whoever is shown out is out, also while the control plane is away.
    after_commit(session, lambda: kernel.guest_book.answered(company, key, ENDED, until, may))
    return Redirect(GUESTS, message=phrase("{name} is shown out.", name=inside.name))


def show_door(session: Session, request: Request) -> Reply:
    """Who comes with this ticket, what they may do, and the button that lets them in."""
    token = request.query.get("ticket", "")
    return Page("core/guests/door.html", {"guest": tickets.holder(session, token), "ticket": token})


def enter(session: Session, request: Request) -> Reply:
    """Begin the guest's session, which ends when the time is up."""
    guest = tickets.redeem(session, request.form.get("ticket", ""))
    user = session.get_one(User, guest.user_id)
    act_as(session, user)
    earlier = request.cookies.get(SESSION_COOKIE)
    if earlier:
        login_sessions.end_by_token(session, earlier)
    token = login_sessions.begin(
        session,
        user.id,
        client=client_of(request),
        method="guest",
        until=guest.until,
        readonly=not guest.may_change,
    )
    return Redirect("/", cookies=(session_cookie(token),))


def _page(session: Session, error: InvalidInput | None = None) -> Page:
    found = guests.requests(session)
    now = utc_now()
    roles = session.scalars(select(Role).order_by(Role.title)).all()
    return Page(
        "core/guests/settings.html",
        {
            "waiting": guests.waiting(session),
            "inside": [one for one in found if _is_inside(one, now)],
            "past": [one for one in found if one.state != "asked" and not _is_inside(one, now)],
            "roles": roles,
            "usual_role": next((role.id for role in roles if role.code == ADMIN_ROLE), None),
            "hours": HOURS,
            "states": dict(STATES),
            "error": error,
        },
        status=422 if error else 200,
    )


def _is_inside(access: GuestAccess, now: Any) -> bool:
    return access.state == OPEN and access.until is not None and access.until > now


def _tell(session: Session, access: GuestAccess) -> None:
    """Have those who asked see the answer; raises what keeps the control plane from knowing."""
    _kernel(session).guest_book.answered(
        binding(session).tenant.id, access.key, access.state, access.until, access.may_change
    )


def _number(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidInput.of(field, phrase("Choose one."))
    return int(text)


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]
