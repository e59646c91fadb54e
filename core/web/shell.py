"""What every page of the product shows around its content, worked out when a template asks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth.actor import Actor
from core.auth.credentials import SESSION_COOKIE
from core.auth.csrf import csrf_token
from core.declare import MenuItem
from core.i18n import LOCALES
from core.web.request import Request

SEARCH_URL: Final = "/search"


@dataclass(frozen=True, slots=True)
class MenuSection:
    """Entries of the menu under one heading; the first section has none."""

    title: str
    items: tuple[MenuItem, ...]


class Shell:
    """The frame of one page, as a template sees it under the name `shell`."""

    def __init__(self, session: Session, request: Request, notice: str = "") -> None:
        self._session = session
        self._request = request
        self.notice = notice
        self.languages = LOCALES

    @property
    def company(self) -> str:
        """Whose pages these are."""
        return self._request.tenant.title

    @property
    def actor(self) -> Actor:
        """Who looks at the page."""
        return self._request.actor

    @property
    def signed_in(self) -> bool:
        """Whether the actor is anybody."""
        return self._request.actor.kind != "anonymous"

    @property
    def searched(self) -> str:
        """What stands in the search field: the words that this page is the answer to."""
        return self._request.query.get("q", "") if self._request.path == SEARCH_URL else ""

    @cached_property
    def csrf_token(self) -> str:
        """What the forms of this browser's session must carry; empty before sign-in."""
        secret = self._request.cookies.get(SESSION_COOKIE)
        return csrf_token(secret) if secret else ""

    @cached_property
    def entries(self) -> list[MenuItem]:
        """The entries of the menu that are open to the actor, in the order the catalog gives."""
        may = self._request.actor.may
        return [item for item in view(self._session).menu if may(item.permission.code)]

    @cached_property
    def menu(self) -> tuple[MenuSection, ...]:
        """The same entries by section."""
        sections: dict[str, list[MenuItem]] = {"": []}
        for item in self.entries:
            sections.setdefault(item.section, []).append(item)
        return tuple(MenuSection(title, tuple(items)) for title, items in sections.items() if items)

    @cached_property
    def place(self) -> str:
        """The menu entry that this page lies under: the longest that its path begins with."""
        path = self._request.path
        urls = [item.url for item in self.entries]
        under = [url for url in urls if path == url or path.startswith(f"{url.rstrip('/')}/")]
        return max((url for url in under if url != "/" or path == "/"), key=len, default="")
