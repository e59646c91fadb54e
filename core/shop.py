"""The shop as the kernel sees it: what addons there are, who sells them, and at which price.

What is behind it is the control plane's. The kernel shows listings and offers, and hands over
what a company asks for; it knows neither resellers nor registries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.kernel import Kernel

Signature = Literal["shipped", "signed", "revoked", "unsigned"]
"""Comes with the platform; signed by a publisher whose key is trusted; signed by a key that was
revoked; or put here by the operator with no signature at all."""
Tier = Literal["none", "bronze", "silver", "gold", "platinum"]
Wish = Literal["buy", "trial"]
Period = Literal["month", "year", "once"]
Unit = Literal["company", "user"]


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of an addon. `fits` says whether it runs on this platform, `withdrawn` why it
    is not offered any more."""

    version: str
    core: str
    fits: bool
    changelog: str = ""
    published_at: datetime | None = None
    size: int | None = None
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class AuditNote:
    """What the audit found in an addon, where, and the way to mend it."""

    severity: str
    place: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Listing:
    """An addon as the catalogue describes it. Sentences are the addon's own, in English, and are
    translated where they are shown.

    `version` is the newest that runs here, `installed` the one that is in this deployment (empty:
    none). `depends` pairs names with ranges of versions. `pictures` counts its screenshots.
    """

    name: str
    title: str
    summary: str
    category: str
    version: str
    installed: str
    free: bool
    signature: Signature
    tier: Tier = "none"
    publisher: str = ""
    key_id: str = ""
    homepage: str = ""
    support: str = ""
    privacy: str = ""
    permissions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    depends: tuple[tuple[str, str], ...] = ()
    editions: tuple[Edition, ...] = ()
    audit: tuple[AuditNote, ...] = ()
    pictures: int = 0

    @property
    def has_newer(self) -> bool:
        """Whether another version than the one in this deployment is offered."""
        return bool(self.installed) and self.version != self.installed

    @property
    def fits(self) -> bool:
        """Whether any version of it runs on this platform."""
        return any(edition.fits for edition in self.editions)


@dataclass(frozen=True, slots=True)
class Listings:
    """All listings by name, in the order of their titles. `told_at` is when the registry last said
    so, where there is one. `folded` keeps what the search looks into, by language, for as long as
    the listings stay the same."""

    by_name: Mapping[str, Listing]
    told_at: datetime | None = None
    folded: dict[str, dict[str, tuple[str, str]]] = field(
        default_factory=dict, repr=False, compare=False
    )


@dataclass(frozen=True, slots=True)
class Price:
    """What an addon costs, how often, and for whom."""

    amount: Decimal
    currency: str
    period: Period
    unit: Unit


@dataclass(frozen=True, slots=True)
class Offer:
    """What a company is offered of an addon by its seller, or a reseller of the one addon by the
    operator. `cost` and `margin` are for those who sell, and never for a company."""

    addon: str
    title: str
    price: Price | None
    trial_days: int = 0
    pitch: str = ""
    tried: bool = False
    asked: Wish | None = None
    cost: Price | None = None
    margin: Decimal | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Seller:
    """Whom a company buys from, and how to reach them."""

    title: str
    email: str = ""
    phone: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that came to pass with an addon in the shop: asked for, granted, tried."""

    at: datetime
    addon: str
    sentence: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the reader may have: offers by addon, and from whom. `sees_all` is for who looks after
    the deployment itself, and sees every listing whether it is offered or not; `install` is where
    they install one, with the addon's name to be put behind it."""

    seller: Seller | None = None
    offers: Mapping[str, Offer] = field(default_factory=dict)
    happenings: tuple[Happening, ...] = ()
    sees_all: bool = False
    install: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A screenshot: its bytes and their media type."""

    content: bytes
    media_type: str


class Shop(Protocol):
    """The shop of this deployment. What is asked of it is asked by the tenant and the actor that
    the session is bound to."""

    def listings(self, kernel: Kernel) -> Listings:
        """Everything there is, from what is known already: never waits for a registry."""
        ...

    def shelf(self, session: Session) -> Shelf:
        """What the reader may have."""
        ...

    def picture(self, kernel: Kernel, name: str, number: int) -> Picture:
        """A screenshot of a listing, counted from 1; raises NotFound."""
        ...

    def ask(self, session: Session, addon: str, wish: Wish, note: str) -> None:
        """Ask the company's seller for an addon; asked twice, it is one request. Raises
        InvalidInput for what is neither offered nor part of this deployment."""
        ...

    def start_trial(self, session: Session, addon: str) -> datetime:
        """Begin the trial that the company is offered, and say until when it lasts. Raises
        Conflict where it had one already, InvalidInput where none is offered."""
        ...

    def report(self, company_id: str, addons: Mapping[str, int], users: int) -> None:
        """Note what a company has switched on, with the seats that are taken of each, and how many
        people work in it, for its seller."""
        ...
