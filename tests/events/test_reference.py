"""The map of events, docs/events.md, is as the addons that ship have it."""

from __future__ import annotations

from pathlib import Path

from core.addons.catalog import Catalog
from core.events.reference import render
from tenants.composition import load_shipped

PAGE = Path(__file__).parents[2] / "docs" / "events.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == render(load_shipped()), "run script/events"


def test_every_event_is_named_with_its_fields_and_those_who_react(fake_catalog: Catalog) -> None:
    page = render(fake_catalog)

    section = page.partition("### `garden.PlantSown`")[2].partition("###")[0]
    assert "A plant was put into the soil." in section
    assert "| `seeds` | `Decimal` |" in section
    path = "tests/fake_addons/good/kitchen/reactions/garden.py"
    assert f"- in the same transaction: `{path}` `plan_meal`" in section
    assert f"- after the commit: `{path}` `serve_meal`" in section
    assert "No shipped addon reacts to it." in page.partition("### `garden.PlantWithered`")[2]
