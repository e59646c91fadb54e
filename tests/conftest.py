"""What holds for every run: the long files begin first, and tracebacks are plain."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog

LONG = (
    "chaos/test_kill_nine.py",
    "chaos/test_install_killed.py",
    "journeys/test_the_life_of_an_addon.py",
    "authoring/test_walk.py",
    "tenants/test_up.py",
    "workspace/test_openapi_fuzz.py",
    "workspace/test_white_label.py",
    "accounting/test_settlement_rules.py",
    "accounting/test_bank_in_a_browser.py",
    "accounting/test_settling_in_a_browser.py",
    "accounting/test_opening_in_a_browser.py",
    "accounting/test_closing_month.py",
)
"""Files are given to workers in the order in which they are collected. One that takes minutes
would leave its worker alone at the end; these go ahead, the longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first, in the order of the list; the others stay as they are."""
    here = Path(__file__).parent
    places = {here / name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_configure() -> None:
    """Leave local variables out of tracebacks in the log, where structlog writes them by itself:
    to write down one of a kernel takes ten seconds."""
    *others, _ = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*others, plain])
