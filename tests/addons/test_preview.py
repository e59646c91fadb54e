"""Before anything is done, a person reads what it will do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.addons import lifecycle
from core.addons.lifecycle import preview
from core.errors import NotFound
from core.kernel import Kernel
from core.tenancy.tenant import Tenant


def test_enabling_tells_what_comes_with_it(platform: Kernel, company: Tenant) -> None:
    seen = preview(platform, company, "kitchen", "enable")

    assert seen.addons == ("garden", "kitchen")
    assert seen.tables == ("garden.plant", "garden.visit", "kitchen.meal")
    assert seen.permissions == ("See plants", "Change plants")
    assert seen.menus == ("Plants",)
    assert seen.jobs == ("Sow a plant",)
    assert seen.sentences == ("Sees and changes plants.", "Keeps no personal data.")
    assert seen.obstacles == ()
    assert preview(platform, company, "kitchen", "enable") == seen, "looking changes nothing"


def test_what_is_enabled_already_is_not_told_again(platform: Kernel, company: Tenant) -> None:
    lifecycle.enable(platform, company, "garden")
    assert preview(platform, company, "kitchen", "enable").addons == ("kitchen",)
    assert preview(platform, company, "garden", "enable").changes_nothing


def test_enabling_tells_what_is_in_the_way(platform: Kernel, company: Tenant) -> None:
    small = replace(company, allowed=frozenset({"kitchen"}))
    assert preview(platform, small, "kitchen", "enable").obstacles == (
        "Garden is not part of this company's package.",
    )


def test_disabling_tells_who_needs_it_and_what_goes_out_of_sight(
    platform: Kernel, company: Tenant
) -> None:
    lifecycle.enable(platform, company, "kitchen")
    seen = preview(platform, company, "garden", "disable")
    assert seen.addons == ("kitchen", "garden")
    assert seen.obstacles == ("These need garden: kitchen.",)
    assert seen.menus == ("Plants",)
    assert seen.sentences == ("All data is kept.",)
    assert preview(platform, company, "market", "disable").changes_nothing


def test_purging_counts_what_is_lost(platform: Kernel, company: Tenant) -> None:
    lifecycle.enable(platform, company, "kitchen")
    lifecycle.disable(platform, company, "garden", with_dependants=True)

    seen = preview(platform, company, "garden", "purge")

    assert seen.tables == ("garden.plant", "garden.visit")
    assert seen.rows["plant"] == 2
    assert seen.obstacles == ("Records of kitchen refer to those of garden.",)
    assert preview(platform, company, "market", "purge").changes_nothing


@pytest.mark.parametrize("step", ["enable", "purge"])
def test_an_addon_that_is_not_there_is_named(
    platform: Kernel, company: Tenant, step: lifecycle.Step
) -> None:
    with pytest.raises(NotFound, match="no addon called nothing"):
        preview(platform, company, "nothing", step)
