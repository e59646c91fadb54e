"""The jobs that send mail: any text, the link for a new password, and an invitation."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formataddr, formatdate, make_msgid
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.orm import Session

from core.auth import invitations
from core.auth.models import User
from core.auth.reset import reset_link
from core.auth.users import find_by_email
from core.db.session import binding
from core.errors import Unavailable
from core.i18n import phrase
from core.mail import smtp
from core.mail.smtp import SmtpServer

if TYPE_CHECKING:
    from core.kernel import Kernel


log = structlog.get_logger(__name__)


def can_send(session: Session) -> bool:
    """Whether this installation has a mail server, and this company may use it: a sample company
    and a copy to try things in write to nobody."""
    if binding(session).tenant.keeps_to_itself:
        return False
    return _kernel(session).config.smtp_url is not None


def send_mail(session: Session, *, to: str, subject: str, text: str) -> None:
    """Send a plain text, already in the reader's language. Raises when it is not taken, so
    that the job is tried again and then kept for a person to see."""
    message = new_message(session, to=(to,), subject=subject, text=text, from_brand=True)
    message["Auto-Submitted"] = "auto-generated"
    hand_over(session, message)


def new_message(
    session: Session,
    *,
    to: Sequence[str],
    subject: str,
    text: str,
    cc: Sequence[str] = (),
    from_brand: bool = False,
) -> EmailMessage:
    """A message from the company, to be added to and handed over; with `from_brand`, from whoever
    runs the software for it. Raises Unavailable where the installation has no mail server."""
    server, tenant = _server(session), binding(session).tenant
    sender = tenant.brand.sender_address or server.sender
    name = (tenant.brand.sender_name if from_brand else "") or tenant.title
    message = EmailMessage()
    message["From"] = formataddr((name, sender))
    message["To"] = ", ".join(to)
    if cc:
        message["Cc"] = ", ".join(cc)
    message["Subject"] = " ".join(subject.split())
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=sender.partition("@")[2] or None)
    message.set_content(text)
    return message


def hand_over(session: Session, message: EmailMessage) -> None:
    """Give it to the mail server; raises what the server refuses it with. What a sample
    company, or a copy to try things in, would send ends here."""
    tenant = binding(session).tenant
    if tenant.keeps_to_itself:
        log.info("mail of a company that keeps to itself held back", tenant=tenant.slug)
        return
    smtp.send(_server(session), message)


def send_password_reset(session: Session, *, email: str, origin: str) -> None:
    """Mail a link for a new password, if there is an active user of this address."""
    user = find_by_email(session, email)
    if user is None or not user.is_active:
        return
    link = reset_link(session, user, origin=origin)
    tenant = binding(session).tenant
    language = user.locale or tenant.locale
    translate = _kernel(session).languages.translate
    send_mail(
        session,
        to=user.email,
        subject=translate(
            language, phrase("Choose a new password for {company}", company=tenant.title)
        ),
        text=translate(
            language,
            phrase(
                "Hello {name},\n\nsomebody, hopefully you, asked for a new password at {company}."
                " Choose it here within half an hour:\n\n{link}\n\nThe link works once. If it was"
                " not you, do nothing: your password stays as it is.\n",
                name=user.name,
                company=tenant.title,
                link=link,
            ),
        ),
    )


def send_invitation(session: Session, *, user_id: int, origin: str) -> None:
    """Mail the link for a first password, unless the user has one by now."""
    user = session.get(User, user_id)
    if user is None or not user.is_active or user.password_hash is not None:
        return
    link = reset_link(session, user, origin=origin, lifetime=invitations.LIFETIME)
    tenant = binding(session).tenant
    language = user.locale or tenant.locale
    translate = _kernel(session).languages.translate
    send_mail(
        session,
        to=user.email,
        subject=translate(language, phrase("Welcome to {company}", company=tenant.title)),
        text=translate(
            language,
            phrase(
                "Hello {name},\n\nyou look after {company} from now on. Choose your password"
                " here:\n\n{link}\n\nThe link works once, for {days} days. Afterwards the page"
                " for signing in sends you another.\n",
                name=user.name,
                company=tenant.title,
                link=link,
                days=invitations.DAYS,
            ),
        ),
    )


def _server(session: Session) -> SmtpServer:
    config = _kernel(session).config
    if config.smtp_url is None:
        raise Unavailable(
            phrase("This installation has no mail server."),
            fix=phrase("Whoever runs it can name one. Then run the job again."),
        )
    return smtp.parse_url(config.smtp_url, base_domain=config.base_domain)


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]
