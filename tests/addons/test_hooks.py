"""Every hook is documented and has a test that bears its name.

The garden implements them all. What a `register_*` hook returns is in the catalog under the
garden's name; the others are seen by what they do in a company.
"""

from __future__ import annotations

import inspect
import sys
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import hookspecs
from core.addons import lifecycle
from core.addons.catalog import Catalog, CatalogView
from core.addons.extensions import extensions, search, slots, tiles, troubles
from core.addons.options import options
from core.auth.actor import Actor
from core.db.session import binding
from core.declare import FigureCard, Period
from core.events.models import LoggedEvent
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.sample.filling import fill_sample
from tests.fake_addons.good.garden import services
from tests.fake_addons.good.garden.api import Stall, Watering
from tests.fake_addons.good.garden.models import Plant, Visit
from tests.fake_addons.good.garden.options import GardenOptions

HOOKS = {n: hook for n, hook in vars(hookspecs).items() if hasattr(hook, "aorabooks_spec")}


@pytest.fixture
def garden(fake_catalog: Catalog) -> CatalogView:
    """What the garden alone contributes."""
    return fake_catalog.view(frozenset({"garden"}))


@pytest.fixture
def with_garden(platform: Kernel, company: Tenant) -> Tenant:
    lifecycle.enable(platform, company, "garden")
    return company


def plants(kernel: Kernel, tenant: Tenant) -> list[str]:
    with kernel.session(tenant) as session:
        return services.names(session)


@pytest.mark.parametrize("name", sorted(HOOKS))
def test_every_hook_is_documented_and_tested(name: str) -> None:
    assert inspect.getdoc(HOOKS[name])
    assert hasattr(sys.modules[__name__], f"test_hook_{name}")


def test_hook_register_models(garden: CatalogView) -> None:
    assert [owned.item for owned in garden.all.models] == [Plant, Visit]


def test_hook_register_permissions(garden: CatalogView) -> None:
    assert set(garden.permissions) == {"garden.plant.read", "garden.plant.write"}


def test_hook_register_roles(garden: CatalogView) -> None:
    assert [owned.item.code for owned in garden.all.roles] == ["garden.gardener"]


def test_hook_register_options(garden: CatalogView, platform: Kernel, company: Tenant) -> None:
    assert garden.options == {GardenOptions: "garden"}
    with platform.session(company) as session:
        assert options(session, GardenOptions) == GardenOptions()


def test_hook_register_resources(garden: CatalogView) -> None:
    assert garden.resources["garden.plants"].item.model is Plant


def test_hook_register_routes(garden: CatalogView) -> None:
    assert [(owned.addon, owned.item.path) for owned in garden.all.routes] == [("garden", "/all")]


def test_hook_register_menu(garden: CatalogView) -> None:
    assert [item.url for item in garden.menu] == ["/garden/plants"]


def test_hook_register_slots(platform: Kernel, with_garden: Tenant) -> None:
    with platform.session(with_garden) as session:
        content = slots(session, "garden.plant", {"name": "Rose"})
        assert [(one.template, one.context) for one in content] == [
            ("garden/note.html", {"of": "Rose"})
        ]
        assert slots(session, "garden.elsewhere", {}) == []


def test_hook_register_jobs(garden: CatalogView) -> None:
    assert garden.jobs["garden.sow"].title == "Sow a plant"


def test_hook_register_extensions(platform: Kernel, with_garden: Tenant) -> None:
    with platform.session(with_garden) as session:
        ways: dict[str, Watering] = extensions(session, Watering)
        assert ways["can"].water("Rose") == "Rose got a can"


def test_a_neighbour_extends_whom_it_only_reacts_to(platform: Kernel, with_garden: Tenant) -> None:
    with platform.session(with_garden) as session:
        assert extensions(session, Stall) == {}
    lifecycle.enable(platform, with_garden, "market")
    with platform.session(with_garden) as session:
        assert extensions(session, Stall)["corner"].sell("Mint") == "Mint is sold"


def test_hook_register_reports(garden: CatalogView, platform: Kernel, with_garden: Tenant) -> None:
    with platform.session(with_garden) as session:
        table = garden.reports["garden.names"].run(session, Period())
    assert table.rows == (("First",),)


def test_hook_register_imports(garden: CatalogView, platform: Kernel, with_garden: Tenant) -> None:
    with platform.session(with_garden) as session:
        outcome = garden.importers["garden.seeds"].run(session, b"Rose\nLily", "seeds.txt")
    assert outcome.created == 2
    assert plants(platform, with_garden) == ["First", "Lily", "Rose"]


def test_hook_register_invariants(
    garden: CatalogView, platform: Kernel, with_garden: Tenant
) -> None:
    with platform.session(with_garden) as session:
        assert garden.all.invariants[0].item.check(session).holds


def test_hook_register_templates(garden: CatalogView) -> None:
    folder = garden.all.templates[0].item.path
    assert (folder / "garden" / "note.html").is_file()


def test_hook_register_cards(garden: CatalogView, platform: Kernel, with_garden: Tenant) -> None:
    card = garden.all.cards[0].item
    assert isinstance(card, FigureCard)
    with platform.session(with_garden) as session:
        assert [amount.value for amount in card.figures(session)] == [1]


def test_hook_register_onboarding(
    garden: CatalogView, platform: Kernel, with_garden: Tenant
) -> None:
    step = garden.all.onboarding[0].item
    with platform.session(with_garden) as session:
        assert not step.done(session)
        services.sow(session, "Rose")
        assert step.done(session)


def test_hook_sample_settings(platform: Kernel, with_garden: Tenant) -> None:
    with platform.session(with_garden) as session:
        platform.catalog.call("sample_settings", "garden", session=session)
    assert plants(platform, with_garden) == ["First", "Hedge"]


def test_hook_sample_data(platform: Kernel, with_garden: Tenant) -> None:
    sample = replace(with_garden, sample_of="another")
    with platform.session(sample) as session:
        fill_sample(session)
    assert plants(platform, with_garden) == ["First", "Hedge", "Sample"]


def test_hook_addon_enabled(platform: Kernel, with_garden: Tenant) -> None:
    assert plants(platform, with_garden) == ["First"]


def test_hook_addon_disabled(platform: Kernel, with_garden: Tenant) -> None:
    lifecycle.disable(platform, with_garden, "garden")
    assert plants(platform, with_garden) == ["First", "Resting 1"]


def test_hook_addon_purging(platform: Kernel, with_garden: Tenant) -> None:
    lifecycle.disable(platform, with_garden, "garden")
    lifecycle.purge(platform, with_garden, "garden", confirmation="purge garden")
    with platform.session(with_garden) as session:
        logged = session.scalars(select(LoggedEvent).order_by(LoggedEvent.id)).all()
        assert [event.payload["name"] for event in logged] == ["First", "Farewell"]


def test_hook_addons_changed(platform: Kernel, with_garden: Tenant) -> None:
    def visits() -> int:
        with platform.session(with_garden) as session:
            return len(session.scalars(select(Visit)).all())

    before = visits()
    lifecycle.enable(platform, with_garden, "market")
    assert visits() == before + 1, "told once, although the market raises when it is told"
    lifecycle.enable(platform, with_garden, "market")
    assert visits() == before + 1


def test_hook_find_records(platform: Kernel, with_garden: Tenant) -> None:
    with platform.session(with_garden) as session:
        assert [hit.title for hit in search(session, "irs")] == ["First"]
        assert search(session, "100%") == []


def test_hook_find_troubles(platform: Kernel, with_garden: Tenant) -> None:
    with platform.session(with_garden) as session:
        assert troubles(session) == []
        session.add(Plant(name="Dry"))
        assert [(addon, one.title) for addon, one in troubles(session)] == [
            ("garden", "A plant is dry")
        ]
        session.rollback()


def test_hook_page_tiles(platform: Kernel, with_garden: Tenant) -> None:
    with platform.session(with_garden, readonly=True) as session:
        assert [(tile.title, tile.value) for _, tile in tiles(session)] == [("Plants", "1")]


@pytest.mark.parametrize("readonly", [True, False])
def test_an_addon_that_raises_is_left_out_of_the_page_and_named_in_the_log(
    platform: Kernel, with_garden: Tenant, log_lines: list[dict[str, Any]], readonly: bool
) -> None:
    lifecycle.enable(platform, with_garden, "market")
    log_lines.clear()

    with platform.session(with_garden, readonly=readonly) as session:
        shown = [one.template for one in slots(session, "garden.plant", {"name": "Rose"})]
        assert [tile.title for _, tile in tiles(session)] == ["Plants"]
        assert [hit.title for hit in search(session, "First")] == ["First"]
        assert services.names(session) == ["First"], "the transaction is as good as before"

    assert shown == ["garden/note.html"]
    failures = [line for line in log_lines if line["event"] == "addon left out of a page"]
    assert [(line["addon"], line["what"], line["tenant"]) for line in failures] == [
        ("market", "slot garden.plant", with_garden.slug),
        ("market", "page_tiles", with_garden.slug),
        ("market", "find_records", with_garden.slug),
    ]


def test_a_page_that_cannot_be_saved_is_not_taken_for_the_addons_failure(
    platform: Kernel, with_garden: Tenant
) -> None:
    def page(session: Session) -> None:
        session.add(Plant(name="First"))
        tiles(session)

    with pytest.raises(IntegrityError), platform.session(with_garden) as session:
        page(session)


def test_slots_come_in_order_and_only_for_those_who_may_see_them(
    platform: Kernel, company: Tenant
) -> None:
    lifecycle.enable(platform, company, "kitchen")
    with platform.session(company) as session:
        shown = [one.addon for one in slots(session, "garden.plant", {"name": "Rose"})]
        assert shown == ["kitchen", "garden"]
    with platform.session(company, actor=Actor("user", "eve")) as session:
        assert slots(session, "garden.plant", {"name": "Rose"}) == []


def test_the_hooks_of_an_addon_that_is_not_enabled_are_not_asked(
    platform: Kernel, company: Tenant
) -> None:
    with platform.session(company) as session:
        assert tiles(session) == []
        assert extensions(session, Watering) == {}
        assert binding(session).context["state"].enabled == {"core"}
