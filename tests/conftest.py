"""What holds for every run: the long files begin first, garbage is looked for where there may be
some, and tracebacks are plain."""

from __future__ import annotations

import gc
from collections.abc import Generator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from tenants.garbage import without_collections

LONG = (
    "journeys/test_the_life_of_an_addon.py",
    "addons/test_every_addon.py",
    "chaos/test_install_killed.py",
    "journeys/test_a_company_trades.py",
    "tenants/test_up.py",
    "many_machines/test_many_machines.py",
    "chaos/test_kill_nine.py",
    "chaos/test_till_sync.py",
    "trade/test_company_machine.py",
    "trade/test_real_companies.py",
    "authoring/test_walk.py",
    "workspace/test_openapi_fuzz.py",
    "workspace/test_documents_in_a_browser.py",
    "workspace/test_sample_company.py",
    "workspace/test_bulk_in_a_browser.py",
    "workspace/test_conversation_in_a_browser.py",
    "workspace/white_label/test_papers.py",
    "workspace/white_label/test_pages.py",
    "workspace/test_palette.py",
    "workspace/test_openapi.py",
    "workspace/test_lists_in_a_browser.py",
    "workspace/test_in_a_browser.py",
    "web/test_in_a_browser.py",
    "accounting/test_opening_in_a_browser.py",
    "accounting/test_bank_in_a_browser.py",
    "accounting/test_closing_month.py",
    "accounting/test_settling_in_a_browser.py",
    "accounting/test_settlement_rules.py",
    "sales/test_gift_cards_in_a_browser.py",
    "sales/test_recurring_in_a_browser.py",
    "sales/test_sales_in_a_browser.py",
)
"""Files are given to workers in the order in which they are collected. One that takes minutes
would leave its worker alone at the end; these go ahead, the longest first, and those of a folder
together, which share what the folder makes once."""


# A busy machine is slow, not wrong: no example has to end within a time.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first, in the order of the list; the others stay as they are."""
    here = Path(__file__).parent
    places = {here / name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect tests without looking for garbage: what they import stays for the whole run."""
    with without_collections(for_good=True):
        return (yield)


@pytest.fixture(scope="module", autouse=True)
def _settled() -> None:
    """Leave what the files before have loaded, such as kernels and compiled templates, out of the
    collections to come: to go through it again and again took a sixth of the time of the tests."""
    gc.collect()
    gc.freeze()


def pytest_configure() -> None:
    """Leave local variables out of tracebacks in the log, where structlog writes them by itself:
    to write down one of a kernel takes ten seconds."""
    *others, _ = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*others, plain])
