"""What every page of the product shows around its content, worked out when a template asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final
from zlib import crc32

from sqlalchemy.orm import Session

from core.addons.permissions import SEE_ADDONS
from core.addons.states import view
from core.auth.actor import Actor
from core.auth.credentials import SESSION_COOKIE
from core.auth.csrf import csrf_token
from core.brand.values import Brand
from core.conversation.notices import unread_count
from core.db.session import binding
from core.declare import MenuItem
from core.guests.access import Inside, inside_now
from core.guests.declarations import MANAGE_GUESTS
from core.i18n import LOCALES
from core.i18n.formats import day, number
from core.i18n.written import REGIONS, parts, written_locale
from core.web.licences.notices import LicenceNotice, notice_of
from core.web.live import MAX_CHANNELS
from core.web.request import Request
from core.web.sample.addresses import company_origin

SEARCH_URL: Final = "/search"
_EXAMPLE_NUMBER: Final = Decimal("1234567.89")
_EXAMPLE_DAY: Final = date(2026, 12, 31)
FOLDED_COOKIE: Final = "folded"
"""The sections of the menu that this browser keeps folded and the groups that it keeps open, by
their keys: `1a2b3c4d.5e6f7081`."""
ALL_FOLDED: Final = "all"
"""Stands among those keys for the menu as a whole."""
LONG_MENU: Final = 60
"""With more entries than these, nobody finds one by looking: the sections start folded."""


@dataclass(frozen=True, slots=True)
class MenuSection:
    """Entries of the menu under one heading, and below them its groups, which have headings of
    their own; the first section has none. `starts_folded` is how it is before anybody chose."""

    title: str
    items: tuple[MenuItem, ...]
    is_open: bool = True
    key: str = ""
    groups: tuple[MenuSection, ...] = ()
    starts_folded: bool = True


def section_key(title: str, group: str = "") -> str:
    """What a browser remembers the section or group with this declared title by."""
    return f"{crc32(f'{title}/{group}'.encode() if group else title.encode()):08x}"


def _example(locale: str) -> str:
    return f"{number(locale, _EXAMPLE_NUMBER)} · {day(locale, _EXAMPLE_DAY)}"


HORIZON: Final = "web.horizon"
"""Under which a session that a page is read in keeps how far that page has heard."""


class Shell:
    """The frame of one page, as a template sees it under the name `shell`."""

    def __init__(self, session: Session, request: Request, notice: str = "") -> None:
        self._session = session
        self._request = request
        self.notice = notice
        self.languages = LOCALES

    @cached_property
    def company_origin(self) -> str:
        """In a sample company, where the company is that it was made for."""
        return company_origin(self._session, self._request)

    @property
    def company(self) -> str:
        """Whose pages these are."""
        return self._request.tenant.title

    @property
    def brand(self) -> Brand:
        """Under whose name they are shown."""
        return self._request.tenant.brand

    @property
    def actor(self) -> Actor:
        """Who looks at the page."""
        return self._request.actor

    @cached_property
    def licence(self) -> LicenceNotice | None:
        """What is to be said of the licence for the addon that the page belongs to."""
        return notice_of(self._session, self._request.path, self.actor)

    @cached_property
    def safe_mode(self) -> bool:
        """Whether the platform left installed addons out, for whoever looks after addons."""
        config = binding(self._session).context["kernel"].config
        return config.safe_mode and self.actor.may(SEE_ADDONS.code)

    @cached_property
    def guests(self) -> list[Inside]:
        """Who of the operator or a reseller may be inside, for everybody who is signed in."""
        return inside_now(self._session) if self.signed_in else []

    @property
    def may_manage_guests(self) -> bool:
        """Whether the actor can show them out."""
        return self.actor.may(MANAGE_GUESTS.code)

    @property
    def signed_in(self) -> bool:
        """Whether the actor is anybody."""
        return self._request.actor.kind != "anonymous"

    @cached_property
    def unread(self) -> int:
        """How many notices in the actor's inbox they have not read."""
        user_id = self.actor.user_id
        return unread_count(self._session, user_id) if user_id is not None else 0

    @property
    def ways_of_writing(self) -> list[tuple[str, str]]:
        """The regions that figures can be written by in this language, each with an example."""
        locale = self._request.locale
        return [
            (region, _example(written_locale(locale, region)))
            for region in ("", *REGIONS.get(locale, ()))
        ]

    @property
    def written_region(self) -> str:
        """The region that the actor has chosen."""
        return parts(self._request.actor.written)[0]

    @property
    def written_hijri(self) -> bool:
        """Whether the actor wants Islamic dates too."""
        return parts(self._request.actor.written)[1]

    @property
    def horizon(self) -> int | None:
        """How far this page has heard of changes; None for one that was not just fetched."""
        return binding(self._session).context.get(HORIZON)

    @property
    def most_channels(self) -> int:
        """How many channels a page may listen to."""
        return MAX_CHANNELS

    @cached_property
    def csrf_token(self) -> str:
        """What the forms of this browser's session must carry; empty before sign-in."""
        secret = self._request.cookies.get(SESSION_COOKIE)
        return csrf_token(secret) if secret else ""

    @cached_property
    def entries(self) -> list[MenuItem]:
        """The entries of the menu that are open to the actor, in the order the catalog gives."""
        may = self._request.actor.may
        control = binding(self._session).tenant.is_control
        return [
            item
            for item in view(self._session).menu
            if may(item.permission.code) and not (control and item.company_only)
        ]

    @cached_property
    def folded(self) -> frozenset[str]:
        """The keys of the sections and groups that are not as they start in this browser: folded
        or open, whichever the other is."""
        known = {section_key(item.section) for item in self.entries}
        known.update(section_key(item.section, item.group) for item in self.entries)
        kept = self._request.cookies.get(FOLDED_COOKIE, "")[:1000].split(".")
        return frozenset(known.intersection(kept))

    @property
    def menu_is_folded(self) -> bool:
        """Whether this browser keeps the whole menu out of sight on wide screens."""
        return ALL_FOLDED in self._request.cookies.get(FOLDED_COOKIE, "").split(".")

    @cached_property
    def menu(self) -> tuple[MenuSection, ...]:
        """The same entries by section and group; those that the page lies in are always open."""
        sections: dict[str, list[MenuItem]] = {"": []}
        for item in self.entries:
            sections.setdefault(item.section, []).append(item)
        return tuple(self._section(title, items) for title, items in sections.items() if items)

    def _section(self, title: str, items: list[MenuItem]) -> MenuSection:
        groups: dict[str, list[MenuItem]] = {}
        for item in items:
            groups.setdefault(item.group if title else "", []).append(item)
        direct = tuple(groups.pop("", ()))
        key = section_key(title)
        starts_folded = len(self.entries) > LONG_MENU
        return MenuSection(
            title,
            direct,
            is_open=starts_folded == (key in self.folded) or self._lies_in(items),
            key=key,
            groups=tuple(self._group(title, group, inside) for group, inside in groups.items()),
            starts_folded=starts_folded,
        )

    def _group(self, section: str, title: str, items: list[MenuItem]) -> MenuSection:
        key = section_key(section, title)
        is_open = key in self.folded or self._lies_in(items)
        return MenuSection(title, tuple(items), is_open, key)

    def _lies_in(self, items: list[MenuItem]) -> bool:
        return self.place in {item.url for item in items}

    @cached_property
    def place(self) -> str:
        """The menu entry that this page lies under: the longest that its path begins with."""
        path = self._request.path
        urls = [item.url for item in self.entries]
        under = [url for url in urls if path == url or path.startswith(f"{url.rstrip('/')}/")]
        return max((url for url in under if url != "/" or path == "/"), key=len, default="")

    @property
    def place_item(self) -> MenuItem | None:
        """The entry of that place, if the page lies under one."""
        return next((item for item in self.entries if item.url == self.place), None)
