"""What mail contributes to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.auth import invitations
from core.auth.reset import MAIL_JOB
from core.declare import Job, msg
from core.mail.outgoing import send_invitation, send_mail, send_password_reset
from core.part import KernelPart

PART: Final = KernelPart(
    jobs=(
        Job("core.send_mail", msg("Send a mail"), send_mail),
        Job(MAIL_JOB, msg("Mail a link for a new password"), send_password_reset),
        Job(invitations.MAIL_JOB, msg("Mail an invitation"), send_invitation),
    )
)
