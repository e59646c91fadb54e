"""Records: their pages, their forms, what stands beside them, and files that bring many."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page, expect

from pictures.companies import ARABIC
from pictures.filling.shop import pictured_order
from pictures.scene import Scene
from pictures.studio import Studio

_FILE: Final = (
    "Client;Town;Credit limit;Customer since\n"
    "Al Noor Bakery;Riyadh;12.500,00;03.11.2026\n"
    "Jazan Coffee House;Jazan;8.000,00;05.11.2026\n"
    "Al Aziziyah Markets;Riyadh;50.000,00;\n"
    "Hilal Kitchens;Tabuk;ten thousand;11.11.2026\n"
)


def _address(studio: Studio, scene: Scene) -> str:
    with studio.kernel.session(studio.tenant(scene.company)) as session:
        return f"/shop/orders/{pictured_order(session).id}"


def _order(studio: Studio, page: Page) -> None:
    page.goto(_address(studio, _ENGLISH))
    expect(page.get_by_text("pallets.csv").first).to_be_visible()


def _head_of_order(studio: Studio, page: Page) -> None:
    page.goto(_address(studio, _ENGLISH))


def _arabic_order(studio: Studio, page: Page) -> None:
    page.goto(_address(studio, _ARABIC))
    expect(page.get_by_text("pallets.csv").first).to_be_visible()


def _form(studio: Studio, page: Page) -> None:
    page.goto(f"{_address(studio, _ENGLISH)}/edit")
    product = page.locator("[data-lines=lines] tbody tr").last.get_by_label("Product")
    product.click()


def _import(studio: Studio, page: Page) -> None:
    with studio.now(_ENGLISH.company):
        page.goto("/shop/customers/import")
        file = {"name": "customers.csv", "mimeType": "text/csv", "buffer": _FILE.encode()}
        page.get_by_label("Choose a file").set_input_files([file])  # type: ignore[list-item]
        page.get_by_role("button", name="Go on").click()
        page.get_by_label("Import the good rows").check()
        page.get_by_role("button", name="Check without importing").click()
        expect(page.get_by_text("You can leave this page")).to_be_visible()
        studio.work(_ENGLISH.company)
    page.reload()
    expect(page.get_by_role("row", name="ten thousand")).to_be_visible()


_ENGLISH: Final = Scene("record", _order, who="accountant", size="wide")
_ARABIC: Final = Scene(
    "record-arabic", _arabic_order, company=ARABIC, who="accountant", size="wide"
)

SCENES = (
    _ENGLISH,
    _ARABIC,
    Scene("record-phone", _head_of_order, who="accountant", size="phone", dark=True),
    Scene("form", _form),
    Scene("import", _import),
)
