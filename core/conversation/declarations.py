"""What conversations contribute to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.conversation import (
    activities,
    attachments,
    mailing,
    notes,
    notices,
    scanning,
    sending,
    state_changes,
)
from core.conversation.models import (
    Activity,
    AttachedFile,
    Attachment,
    Conversation,
    Entry,
    Follower,
    Notice,
    NoticePreference,
)
from core.conversation.options import AttachmentOptions
from core.declare import Job, OptionSet, Schedule, msg
from core.part import KernelPart

PART: Final = KernelPart(
    models=(
        Conversation,
        Entry,
        Follower,
        Notice,
        NoticePreference,
        Activity,
        AttachedFile,
        Attachment,
    ),
    options=(OptionSet(AttachmentOptions, msg("Attachments")),),
    jobs=(
        Job(notes.TELL_JOB, msg("Tell the followers of a record"), notes.tell_followers),
        Job(state_changes.JOB, msg("Tell of changed states"), state_changes.tell_states),
        Job(notices.MAIL_JOB, msg("Mail a notice"), mailing.mail_notice),
        Job(sending.JOB, msg("Send a record by mail"), sending.deliver),
        Job(scanning.JOB, msg("Check an attached file"), scanning.scan_attachment),
        Job(
            "core.remind_of_activities",
            msg("Remind of activities that are due"),
            activities.remind,
            schedule=Schedule("0 7 * * *"),
        ),
        Job(
            "core.sweep_attachments",
            msg("Remove files that nothing names any more"),
            attachments.sweep,
            schedule=Schedule("20 3 * * *"),
        ),
        Job(
            "core.forget_old_notices",
            msg("Forget notices that were read long ago"),
            notices.forget_old_notices,
            schedule=Schedule("25 3 * * *"),
        ),
    ),
)
