"""Pictures of the pages as they would be printed, inside a settings page."""

from __future__ import annotations

import base64
from typing import Final

from sqlalchemy.orm import Session

from core.errors import InvalidInput
from core.printing.setting import Batch, set_pictures
from core.web.replies import Fragment, Reply

_PPI: Final = 120
_PAGES: Final = 3


def preview_reply(
    session: Session, batch: Batch | None, error: InvalidInput | None = None
) -> Reply:
    """The first pages as pictures, or what is wrong with the settings."""
    pages = set_pictures(batch, ppi=_PPI) if batch is not None else []
    context = {
        "pages": [base64.b64encode(page).decode() for page in pages[:_PAGES]],
        "count": len(pages),
        "problems": [item.message for item in error.problems] if error else [],
    }
    return Fragment("core/printing/preview.html", context)
