"""Who may read the board, and who may write on it."""

from __future__ import annotations

from typing import Final

from core.api import Permission, Role, msg

SEE_NOTICES: Final = Permission("notice_board.notice.see", msg("Read the notice board"))
POST_NOTICES: Final = Permission(
    "notice_board.notice.post", msg("Put notices up and take them down")
)

ROLES: Final = (
    Role("notice_board.reader", msg("Reader of the notice board"), (SEE_NOTICES.code,)),
    Role(
        "notice_board.writer",
        msg("Writer of the notice board"),
        (SEE_NOTICES.code, POST_NOTICES.code),
    ),
)
