"""The platform marks what it will drop; the author of an addon hears of it by file and line, and
the administrator by the version with which the addon stops working."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import core.api
from core.addons.deprecations import uses_of
from core.addons.states import KERNEL
from core.addons.troubles import outdated_addons
from core.db.session import binding
from core.deprecation import deprecated, deprecation_of
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.authoring.checks.deprecations import deprecations
from tenants.authoring.finding import subject_of

SOURCE = '''"""Uses the platform."""
from core import api
from core.api import phrase, utc_now as now


def late():
    return now(), api.utc_now, phrase("x")
'''


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], object]]:
    """`utc_now`, on its way out."""

    @deprecated(since="1.3", removed_in="2.0", instead="Use the clock of the session.")
    def utc_now() -> object:
        return core.api.binding

    monkeypatch.setattr(core.api, "utc_now", utc_now)
    uses_of.cache_clear()
    yield utc_now
    uses_of.cache_clear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "late.py").write_text(SOURCE)
    (tmp_path / "broken.py").write_text("def (")
    return tmp_path


def test_what_is_marked_works_as_before_and_says_what_is_coming(
    old: Callable[[], object],
) -> None:
    mark = deprecation_of(old)
    assert mark is not None
    assert (mark.since, mark.removed_in) == ("1.3", "2.0")
    assert old() is core.api.binding


@pytest.mark.usefixtures("old")
def test_each_line_that_uses_it_is_named_however_it_was_imported(folder: Path) -> None:
    found = [(use.place, use.name) for use in uses_of(folder, "a")]
    assert found == [("services/late.py:7", "utc_now"), ("services/late.py:7", "utc_now")]


def test_where_nothing_is_marked_nothing_is_read(folder: Path) -> None:
    uses_of.cache_clear()
    assert uses_of(folder, "b") == ()


@pytest.mark.usefixtures("old")
def test_the_check_of_an_addon_warns_of_it(kernel: Kernel) -> None:
    subject = subject_of(kernel, "accounting")
    found = list(deprecations(subject))
    assert found, "the ledger knows what time it is"
    assert {finding.severity for finding in found} == {"warning"}
    assert all("2.0" in finding.message and "clock" in finding.message for finding in found)
    assert all(finding.place.partition(":")[2].isdecimal() for finding in found)


@pytest.mark.usefixtures("old")
def test_an_administrator_hears_with_which_version_an_addon_stops_working(
    kernel: Kernel, tenant: Tenant, folder: Path
) -> None:
    catalog = kernel.catalog
    contacts = replace(catalog.addons["contacts"], folder=folder, digest="of a stranger")
    foreign = replace(catalog, addons={**catalog.addons, "contacts": contacts})
    with kernel.session(tenant) as session:
        assert outdated_addons(session) == [], "what ships with the platform goes with it"
        binding(session).context["kernel"] = replace(kernel, catalog=foreign)
        binding(session).context["state"] = replace(
            binding(session).context["state"], enabled=frozenset({KERNEL, "contacts"})
        )
        (trouble,) = outdated_addons(session)
    assert trouble.severity == "warning"
    assert "2.0" in trouble.title
    assert "contacts/services/late.py:7" in trouble.cause
