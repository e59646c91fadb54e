"""What a picture is: who looks at what, how wide, in which light."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Page

from pictures.companies import ENGLISH, Company
from pictures.studio import Size, Studio

Who = Literal["manager", "accountant", "storekeeper", "seller"]


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture: `play(studio, page)` brings the page there. `of` narrows it to an element."""

    name: str
    play: Callable[[Studio, Page], None]
    company: Company = ENGLISH
    who: Who = "manager"
    size: Size = "desk"
    dark: bool = False


def opened(address: str) -> Callable[[Studio, Page], None]:
    """A scene that is a page as it opens."""

    def play(studio: Studio, page: Page) -> None:
        page.goto(address)

    return play
