"""What an administrator sees under Settings."""

from __future__ import annotations

from playwright.sync_api import Page

from core.api import Trouble
from pictures.scene import Scene, opened
from pictures.studio import Studio
from tests.fake_addons.showcase.shop.services import TROUBLES


def _explain(studio: Studio, page: Page) -> None:
    page.goto(
        "/settings/explain?user=karim@najd.example&permission=shop.order.confirm"
        "&resource=shop.orders&record=87"
    )


def _webhook(studio: Studio, page: Page) -> None:
    page.goto("/settings/webhooks")
    page.get_by_role("link", name="Courier").click()


def _repairs(studio: Studio, page: Page) -> None:
    trouble = Trouble(
        key="carrier",
        title="The carrier does not answer",
        cause="It refuses the key since Thursday. Parcels are not announced until it knows us.",
        url="/settings/options",
    )
    TROUBLES[:] = [trouble]
    page.goto("/settings/repairs")
    TROUBLES.clear()


SCENES = (
    Scene("matrix", opened("/settings/roles/matrix")),
    Scene("explain", _explain),
    Scene("options", opened("/settings/options")),
    Scene("fields", opened("/settings/fields")),
    Scene("letterhead", opened("/settings/printing/letterhead"), size="wide"),
    Scene("webhook", _webhook),
    Scene("data", opened("/settings/data")),
    Scene("repairs", _repairs),
)
