"""Somebody asks for a company of their own; the link of a mail makes it.

The wish travels in the link, signed, and nothing is kept before it is opened: what nobody comes
back to leaves nothing behind, and no address is used but by whoever reads its mail.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.addons.options import options
from core.auth import reset, throttle, users
from core.auth.client import Client
from core.auth.models import User
from core.auth.users import ADMIN_ROLE
from core.db.base import utc_now
from core.db.session import binding
from core.errors import Conflict, InvalidInput, NotFound, Problem
from core.i18n import phrase
from core.jobs.queue import enqueue
from core.kernel import Kernel
from core.mail.outgoing import send_mail
from core.master_key import decode, encode
from tenants import names, organizations, wishes
from tenants.life import steps
from tenants.life_options import LifeOptions
from tenants.models import Organization
from tenants.wishes import NewOrganization

LIFETIME: Final = timedelta(hours=24)
MAIL_JOB: Final = "tenants.send_sign_up"
FIELDS: Final = ("title", "slug", "name", "email", "locale", "timezone")
"""What is typed."""
_PURPOSE: Final = "tenants.sign_up"
_ADDRESS: Final = throttle.Limit(free=3, cap=900)
_NETWORK: Final = throttle.Limit(free=20, cap=900)


@dataclass(frozen=True, slots=True)
class Wish:
    """A company that somebody wants, and who will look after it. Its id is given beforehand, so
    that a link makes one company, however often it is opened."""

    id: str
    slug: str
    title: str
    name: str
    email: str
    locale: str
    timezone: str

    @property
    def company(self) -> NewOrganization:
        """What is to be made."""
        return NewOrganization(
            self.slug,
            id=self.id,
            title=self.title,
            timezone=self.timezone,
            locale=self.locale,
        )


def is_open(session: Session) -> bool:
    """Whether the operator lets anybody sign up."""
    return options(session, LifeOptions).sign_up


def require_open(session: Session) -> None:
    """Raise NotFound where nobody may."""
    if not is_open(session):
        raise NotFound(phrase("Nobody can sign up here."))


def ask(session: Session, typed: Mapping[str, str], *, client: Client, origin: str) -> Wish:
    """Have the link mailed. Raises InvalidInput with all that is wrong, TooManyRequests."""
    wish = _checked(session, typed)
    counters = [
        throttle.counter(_ADDRESS, "sign up", wish.email),
        throttle.counter(_NETWORK, "sign up from", client.network),
    ]
    throttle.admit(session, counters)
    throttle.count_failure(session, counters)
    enqueue(session, MAIL_JOB, wish=asdict(wish), origin=origin)
    return wish


def send_link(session: Session, *, wish: Mapping[str, str], origin: str) -> None:
    """Mail the link that makes the company. It is in the mail alone."""
    wanted = Wish(**wish)
    kernel = _kernel(session)
    until = (utc_now() + LIFETIME).isoformat()
    said = encode(json.dumps({"wish": asdict(wanted), "until": until}).encode())
    token = f"{said}~{kernel.secrets.sign(said.encode(), purpose=_PURPOSE)}"
    link = f"{origin}/tenants/sign-up/link?{urlencode({'token': token})}"
    title = phrase("Your company {company}", company=wanted.title)
    words = phrase(
        "Hello {name},\n\nwith this link you make {company}, and choose your password:\n\n"
        "{link}\n\nIt works for a day. If it was not you who asked for it, do nothing.\n",
        name=wanted.name,
        company=wanted.title,
        link=link,
    )
    translate = kernel.languages.translate
    subject, content_text = translate(wanted.locale, title), translate(wanted.locale, words)
    send_mail(session, to=wanted.email, subject=subject, text=content_text)


def read(session: Session, token: str) -> Wish:
    """What a link asks for; raises NotFound for one that is too old or was changed."""
    text, _, signature = token.partition("~")
    if _kernel(session).secrets.verify(text.encode(), signature, purpose=_PURPOSE):
        said = json.loads(decode(text))
        if datetime.fromisoformat(said["until"]) > utc_now():
            return Wish(**said["wish"])
    raise NotFound(phrase("This link does not work any more."), fix=phrase("Sign up once more."))


def found(session: Session, wish: Wish) -> Organization | None:
    """The company, once it was begun."""
    return session.get(Organization, wish.id, populate_existing=True)


def begin(session: Session, wish: Wish) -> None:
    """Have the company made, unless that was begun before. Raises Conflict where the slug was taken
    since it was asked for."""
    if found(session, wish) is None:
        steps.make(session, wish.company)


def way_in(session: Session, wish: Wish, *, origin: str) -> str:
    """Where its first administrator chooses a password; the door for whoever has one. Raises
    NotFound for a company that is not served."""
    kernel = _kernel(session)
    tenant = kernel.directory.find_id(wish.id)
    if tenant is None:
        raise NotFound(phrase("This organization is not ready."))
    with kernel.session(tenant) as inside:
        user = users.find_by_email(inside, wish.email)
        if user is None and inside.scalar(select(User.id).limit(1)) is None:
            user = users.create_user(
                inside, email=wish.email, name=wish.name, roles=[ADMIN_ROLE], locale=wish.locale
            )
        if user is None or user.password_hash is not None:
            return f"{origin}/login"
        return reset.reset_link(inside, user, origin=origin)


def _checked(session: Session, typed: Mapping[str, str]) -> Wish:
    require_open(session)
    values = {name: " ".join(typed.get(name, "").split()) for name in FIELDS}
    kernel, problems = _kernel(session), []
    try:
        values["email"] = users.normal_email(values["email"])
    except InvalidInput as error:
        problems += error.problems
    # Whoever they are sent to has asked for nothing perhaps: no letter fits into a name.
    named = wishes.title_problems(values["name"])
    problems += [Problem("name", each.message) for each in named]
    wish = Wish(id=names.new_id(), **values)
    if not wish.title:
        problems += wishes.title_problems(wish.title)
    try:
        wishes.check(wish.company, kernel.catalog.addons, kernel.config.base_domain)
        organizations.refuse_taken_slug(session, wish.slug)
    except InvalidInput as error:
        problems += error.problems
    except Conflict as error:
        problems.append(Problem("slug", error.message))
    wishes.refuse(problems)
    return wish


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]
