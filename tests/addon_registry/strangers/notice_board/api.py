"""What other addons may use."""

from __future__ import annotations

from .events import NoticePosted
from .services.notices import post_notice

__all__ = ["NoticePosted", "post_notice"]
