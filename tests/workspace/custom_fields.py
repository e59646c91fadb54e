"""How the tests of custom fields add them: through the settings, as an administrator does."""

from __future__ import annotations

import re
from typing import Any

from tests.workspace.conftest import Person

FIELDS = "/settings/fields"


def add_field(
    admin: Person, kind: str, title: str, resource: str = "shop.customers", **more: Any
) -> int:
    """Add a field; its id. Options are given as a list of titles."""
    reply = admin.http.post(f"{FIELDS}/add", data=form_of(admin, kind, title, resource, **more))
    assert reply.status_code == 303, problems_in(reply.text) or reply.text
    page = admin.http.get(FIELDS).text
    found = re.findall(rf'href="{FIELDS}/(\d+)"><bdi>{re.escape(title)}</bdi>', page)
    return max(map(int, found))


def form_of(
    admin: Person, kind: str, title: str, resource: str = "shop.customers", **more: Any
) -> dict[str, Any]:
    """What the form of a new field sends."""
    options = more.pop("options", [])
    words = {f"option.{place}.en": text for place, text in enumerate(options)}
    texts = {name.replace("__", "."): value for name, value in more.items()}
    return {
        "csrf_token": admin.csrf,
        "resource": resource,
        "type": kind,
        "title.en": title,
        **words,
        **texts,
    }


def problems_in(html: str) -> list[str]:
    """The sentences beside the inputs of a form."""
    return re.findall(r'class="invalid-feedback[^"]*"[^>]*>\s*([^<]*?)\s*<', html)
