"""Links among the tools of a record to the pages that belong to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.accounting.permissions import EDIT_ENTRY, VIEW_BOOKS
from core.api import Slot, msg

_PLACE: Final = "core.record.tools"
_TEMPLATE: Final = "accounting/record_tool.html"


def _proof(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if given["shape"].full_name != "accounting.openings":
        return None
    href = f"/accounting/openings/{given['record'].id}/proof"
    return {"href": href, "label": msg("Proof"), "icon": "check2-all"}


def _use(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if given["shape"].full_name != "accounting.entry-templates" or not given["record"].active:
        return None
    href = f"/accounting/use-template?template={given['record'].id}"
    return {"href": href, "label": msg("Write with amounts"), "icon": "pencil-square"}


def _page(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The page of a period's checklist, an asset's schedule, a budget's figures."""
    found = _PAGES.get(given["shape"].full_name)
    if found is None:
        return None
    address, label, icon = found
    return {"href": f"{address}/{given['record'].id}", "label": label, "icon": icon}


_PAGES: Final = {
    "accounting.periods": ("/accounting/closing", msg("Checklist"), "check2-square"),
    "accounting.assets": ("/accounting/asset-register", msg("Schedule"), "graph-down"),
    "accounting.budgets": ("/accounting/budget-report", msg("Compare with the books"), "bullseye"),
}
SLOTS: Final = (
    Slot(_PLACE, _TEMPLATE, _page, VIEW_BOOKS),
    Slot(_PLACE, _TEMPLATE, _proof, VIEW_BOOKS),
    Slot(_PLACE, _TEMPLATE, _use, EDIT_ENTRY),
)
