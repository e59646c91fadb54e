"""What the settings of custom fields contribute: their pages, and the right to use them."""

from __future__ import annotations

from typing import Final

from core.declare import MenuItem, Permission, Route, msg
from core.part import KernelPart
from core.web.custom import pages, removal_pages
from core.web.custom.pages import FIELDS

MANAGE: Final = Permission("core.custom_fields.manage", msg("Add fields to records"))

_ONE: Final = f"{FIELDS}/{{id:int}}"

PART: Final = KernelPart(
    permissions=(MANAGE,),
    routes=(
        Route("GET", FIELDS, pages.list_fields, MANAGE),
        Route("GET", f"{FIELDS}/new", pages.choose_type, MANAGE),
        Route("GET", f"{FIELDS}/add", pages.new_field, MANAGE),
        Route("POST", f"{FIELDS}/add", pages.add_field, MANAGE),
        Route("GET", _ONE, pages.edit_field, MANAGE),
        Route("POST", _ONE, pages.save_field, MANAGE),
        Route("POST", f"{_ONE}/archive", pages.archive, MANAGE),
        Route("POST", f"{_ONE}/restore", pages.restore, MANAGE),
        Route("GET", f"{_ONE}/type", removal_pages.ask_type, MANAGE),
        Route("POST", f"{_ONE}/type", removal_pages.change_type, MANAGE),
        Route("GET", f"{_ONE}/delete", removal_pages.ask_deletion, MANAGE),
        Route("POST", f"{_ONE}/delete", removal_pages.delete, MANAGE),
        Route("GET", f"{_ONE}/values.csv", removal_pages.export_values, MANAGE),
    ),
    menu=(
        MenuItem(
            msg("Fields"), FIELDS, MANAGE, msg("Settings"), icon="input-cursor-text", order=920
        ),
    ),
)
