"""The addon's table of contents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.api import Invariant, Permission, Role, Slot, TemplateFolder, hookimpl

from .models import FirstWords
from .permissions import ROLES, SEE_FIRST_WORDS
from .services.first_words import EVERY_COPY_HAS_A_NOTICE, first_words


@hookimpl
def register_models() -> list[type]:
    return [FirstWords]


@hookimpl
def register_permissions() -> list[Permission]:
    return [SEE_FIRST_WORDS]


@hookimpl
def register_roles() -> list[Role]:
    return list(ROLES)


@hookimpl
def register_slots() -> list[Slot]:
    return [Slot("notice_board.notices.side", "shadow/beside.html", _beside, SEE_FIRST_WORDS)]


@hookimpl
def register_invariants() -> list[Invariant]:
    return [EVERY_COPY_HAS_A_NOTICE]


@hookimpl
def register_templates() -> list[TemplateFolder]:
    return [TemplateFolder(Path(__file__).parent / "templates")]


def _beside(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    words = first_words(session, given["record"].id)
    return None if words is None else {"words": words}
