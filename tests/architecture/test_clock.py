"""One clock: `core/clock.py` says what time it is, and a company has a day of its own, which is not
that of UTC for hours of every night and of the last night of every month."""

from __future__ import annotations

import re

from tests.architecture.test_layout import named, product_files

ELSEWHERE = re.compile(r"\bdatetime\.(now|today|utcnow)\(|\bdate\.today\(|\btime\.time\(")
DAY_OF_UTC = re.compile(r"\butc_now\(\)\.date\(\)")
MEASURING = ("benchmarks/", "pictures/")
NEAR_ENOUGH = frozenset(
    {
        "addons/accounting/services/sample.py",  # a made-up year
        "addons/catalog/services/labels/kinds.py",  # the label that shows what a label is
        "addons/catalog/services/scanning.py",  # which century two digits are of
        "addons/inventory/services/ledger/checking.py",  # a limit with a day to spare
    }
)
"""Where the day of UTC does as well."""


def test_what_time_it_is_is_asked_in_one_place() -> None:
    assert _naming(ELSEWHERE) == {"core/clock.py"}


def test_an_addon_goes_by_the_day_of_the_company() -> None:
    in_addons = {name for name in _naming(DAY_OF_UTC) if name.startswith("addons/")}
    assert in_addons == NEAR_ENOUGH


def _naming(pattern: re.Pattern[str]) -> set[str]:
    """The files of the product that say so."""
    names = {named(path): path for path in product_files()}
    return {
        name
        for name, path in names.items()
        if not name.startswith(MEASURING) and pattern.search(path.read_text())
    }
