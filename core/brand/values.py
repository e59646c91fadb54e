"""What a brand is to the kernel: found with its tenant, so that showing it costs no query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol

PictureName = Literal[
    "logo", "icon-96.png", "touch-180.png", "icon-192.png", "icon-512.png", "maskable-512.png"
]

ICON_SIDES: Final[Mapping[PictureName, int]] = {
    "icon-96.png": 96,
    "touch-180.png": 180,
    "icon-192.png": 192,
    "icon-512.png": 512,
    "maskable-512.png": 512,
}
"""The icons that browsers and phones ask for, and how many pixels wide they are."""


@dataclass(frozen=True, slots=True)
class Brand:
    """A name, colours, addresses and texts. `id` is 0 for the platform's own.

    `revision` changes with every change of the brand and stands in the addresses of its files.
    `accent_light` and `accent_dark` are colours as `#rrggbb`; they were checked when they were
    chosen. `domain` is the reseller's: tenants are served at `<slug>.<domain>` too.
    """

    id: int = 0
    revision: str = ""
    name: str = "Aorabooks"
    short_name: str = "Aorabooks"
    accent_light: str = "#0f6e6e"
    accent_dark: str = "#4fbfb3"
    has_logo: bool = False
    sender_name: str = ""
    sender_address: str = ""
    login_text: str = ""
    docs_url: str = ""
    support_url: str = ""
    domain: str = ""

    @property
    def is_own(self) -> bool:
        """Whether it is another brand than the platform's."""
        return self.id != 0

    @property
    def maker(self) -> str:
        """Who made a file, by its properties; nobody is named where the brand is the platform's."""
        return self.name if self.is_own else ""

    def url(self, file: str) -> str:
        """The address of one of its files at every host that shows it."""
        return f"{URL}{self.revision}/{file}"


URL: Final = "/brand/"
PLATFORM: Final = Brand()
"""The brand of whoever has none of their own."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a brand, as it is sent."""

    content: bytes
    media_type: str


class Brands(Protocol):
    """Where pictures of brands lie; implemented by the control plane."""

    def picture(self, brand_id: int, name: str) -> Picture | None:
        """The picture of this name, if the brand has it."""
        ...
