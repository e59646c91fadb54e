"""The keys that docs/user.md lists are those that the pages answer to."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "core" / "web" / "templates" / "core"
SCRIPTS = ROOT / "frontend"


def documented() -> dict[str, set[str]]:
    """Keys by where they work."""
    text = (ROOT / "docs" / "user.md").read_text()
    table = text[text.index("<!-- keys:") :]
    found: dict[str, set[str]] = {}
    for keys, places in re.findall(r"^\| (.+?) \| (.+?) \| .+ \|$", table, re.M):
        for place in places.split(", "):
            found.setdefault(place, set()).update(keys.split(", "))
    return found


def declared(*names: str) -> set[str]:
    """The keys of templates as a person presses them: a button's with Ctrl."""
    found = set()
    for name in names:
        text = (TEMPLATES / name).read_text()
        for tag, key in re.findall(r'<(a|button|input)\b[^>]*?data-key="([a-z/])"', text):
            found.add(f"Ctrl {key.upper()}" if tag == "button" else key.upper())
    return found


def of_the_list_buttons() -> set[str]:
    text = (TEMPLATES / "resources" / "list_buttons.html").read_text()
    heads = re.search(r"{% for name, icon, title, key, on in (.*?) %}", text, re.S)
    assert heads is not None
    return {key.upper() for key in re.findall(r'"\), "([a-z])", ', heads[1])}


def test_the_keys_that_work_everywhere_are_those_of_the_overlay() -> None:
    text = (TEMPLATES / "shell" / "palette.html").read_text()
    overlay = {keys.replace("mod", "Ctrl") for keys in re.findall(r'\("([^"]+)", _\(', text)}
    assert documented()["everywhere"] == overlay


def test_the_keys_of_lists_are_those_of_their_buttons_and_scripts() -> None:
    keys = documented()["lists"]
    scripts = "".join((SCRIPTS / name).read_text() for name in ("lists.js", "bulk.js", "cells.js"))
    by_script = {"J", "K", "X", "Space", "F2"}
    on_the_page = declared("resources/list_actions.html", "resources/list_form.html")
    assert keys - by_script == on_the_page | of_the_list_buttons()
    assert '"x"' in scripts
    assert "j: 1, k: -1" in scripts
    assert '"F2"' in scripts


def test_the_keys_of_documents_and_forms_are_those_of_their_buttons() -> None:
    keys = documented()
    on_a_record = declared("resources/record_buttons.html", "printing/menu.html")
    assert keys["documents"] == on_a_record | {"J", "K"}
    assert keys["forms"] == declared("resources/form.html")
