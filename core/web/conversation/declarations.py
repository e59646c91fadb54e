"""What the pages of conversations contribute to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.declare import SIGNED_IN, MenuItem, Route, Slot, msg
from core.part import KernelPart
from core.web.conversation import activity_pages, inbox_pages, panel
from core.web.conversation.activity_pages import MINE
from core.web.conversation.inbox_pages import INBOX

PART: Final = KernelPart(
    routes=(
        Route("GET", INBOX, inbox_pages.show_inbox, SIGNED_IN),
        Route("GET", f"{INBOX}/badge", inbox_pages.show_badge, SIGNED_IN),
        Route("POST", f"{INBOX}/read", inbox_pages.read_all, SIGNED_IN),
        Route("POST", f"{INBOX}/mail", inbox_pages.choose_mail, SIGNED_IN),
        Route("POST", f"{INBOX}/{{id:int}}/open", inbox_pages.open_line, SIGNED_IN),
        Route("GET", MINE, activity_pages.my_activities, SIGNED_IN),
    ),
    menu=(
        MenuItem(msg("Inbox"), INBOX, SIGNED_IN, icon="inbox", order=1),
        MenuItem(msg("Activities"), MINE, SIGNED_IN, icon="check2-square", order=2),
    ),
    slots=(
        Slot("core.record.aside", "core/conversation/aside.html", panel.beside_the_record, order=0),
    ),
)
