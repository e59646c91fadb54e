"""What the board tells others."""

from __future__ import annotations

from dataclasses import dataclass

from core.api import Event


@dataclass(frozen=True, slots=True)
class NoticePosted(Event, name="notice_board.NoticePosted"):
    """A notice was put up, with these words."""

    notice_id: int
    title: str
    body: str
