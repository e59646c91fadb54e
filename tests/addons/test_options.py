"""Options: defaults stand in the code, what a tenant changed stands in its database."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select, text

from core.addons import lifecycle
from core.addons.extensions import extension, from_each
from core.addons.options import options, set_options
from core.db.audit_models import AuditEntry
from core.errors import InvalidInput, NotEnabled
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.good.garden.api import Watering
from tests.fake_addons.good.garden.options import GardenOptions


@pytest.fixture(autouse=True)
def _with_garden(platform: Kernel, company: Tenant) -> None:
    lifecycle.enable(platform, company, "garden")


def test_what_nobody_changed_is_the_default(platform: Kernel, company: Tenant) -> None:
    with platform.session(company) as session:
        assert options(session, GardenOptions) == GardenOptions(120, Decimal("2.50"), "Grow")


def test_a_change_is_kept_exactly_and_the_rest_stays_default(
    platform: Kernel, company: Tenant
) -> None:
    with platform.session(company) as session:
        set_options(session, GardenOptions, water_litres="0.10")
        assert options(session, GardenOptions).water_litres == Decimal("0.10")
        set_options(session, GardenOptions, motto="Bloom")

    with platform.session(company, readonly=True) as session:
        assert options(session, GardenOptions) == GardenOptions(120, Decimal("0.10"), "Bloom")
        stored = session.execute(text("SELECT values FROM core.option")).scalar_one()
        assert stored == {"water_litres": "0.10", "motto": "Bloom"}


def test_wrong_values_are_named_and_nothing_is_stored(platform: Kernel, company: Tenant) -> None:
    with pytest.raises(InvalidInput) as refusal, platform.session(company) as session:
        set_options(session, GardenOptions, season_days="long", water_litres="much", motto="x")
    assert [problem.field for problem in refusal.value.problems] == ["season_days", "water_litres"]
    with platform.session(company) as session:
        assert options(session, GardenOptions) == GardenOptions()


def test_an_unknown_option_is_refused_by_name(platform: Kernel, company: Tenant) -> None:
    with (
        pytest.raises(InvalidInput, match="There is no option colour") as refusal,
        platform.session(company) as session,
    ):
        set_options(session, GardenOptions, colour="green")
    assert refusal.value.problems[0].field == "colour"


def test_what_a_newer_version_no_longer_accepts_goes_back_to_its_default(
    platform: Kernel, company: Tenant
) -> None:
    with platform.session(company) as session:
        set_options(session, GardenOptions, motto="Bloom")
        session.execute(
            text('UPDATE core.option SET values = values || \'{"season_days": [], "gone": 1}\'')
        )
    with platform.session(company) as session:
        assert options(session, GardenOptions) == GardenOptions(motto="Bloom")


def test_changes_are_in_the_audit_trail(platform: Kernel, company: Tenant) -> None:
    with platform.session(company) as session:
        set_options(session, GardenOptions, motto="Bloom")
    with platform.session(company) as session:
        set_options(session, GardenOptions, motto="Wither")
    with platform.session(company) as session:
        trail = session.scalars(
            select(AuditEntry).where(AuditEntry.table_name == "core.option").order_by(AuditEntry.id)
        ).all()
    assert [entry.operation for entry in trail] == ["insert", "update"]
    assert trail[1].changes == {"values": [{"motto": "Bloom"}, {"motto": "Wither"}]}


def test_options_that_no_addon_registers_are_a_defect(platform: Kernel, company: Tenant) -> None:
    with (
        pytest.raises(LookupError, match="no addon registers the options int"),
        platform.session(company) as session,
    ):
        options(session, int)


def test_a_missing_extension_says_what_to_do(platform: Kernel, company: Tenant) -> None:
    with platform.session(company) as session:
        assert extension(session, Watering, "can").water("x") == "x got a can"
        with pytest.raises(NotEnabled, match="sink is not available here"):
            extension(session, Watering, "sink")


def test_asking_each_extension_keeps_the_answers_of_those_that_work(
    platform: Kernel, company: Tenant
) -> None:
    lifecycle.enable(platform, company, "kitchen")

    def water(way: Watering) -> str:
        sentence = way.water("Rose")
        if "dishwater" in sentence:
            raise OSError("no water")
        return sentence

    with platform.session(company) as session:
        assert from_each(session, Watering, water) == [("can", "Rose got a can")]
