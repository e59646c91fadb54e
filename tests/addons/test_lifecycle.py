"""An addon's life in one company: enabled with what it needs, disabled, enabled again, purged.

Whatever a step does, it does in one transaction; what fails leaves no trace but a line in the
history.
"""

from __future__ import annotations

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from core.addons import lifecycle, transaction
from core.addons.models import AddonLogEntry
from core.addons.preview import preview
from core.addons.states import view
from core.db.session import binding
from core.errors import Conflict, Forbidden, NeedsConfirmation, NotFound, Unavailable
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.addons.stage import another_process, with_catalog
from tests.fake_addons.good.garden import services


def enabled(kernel: Kernel, tenant: Tenant) -> set[str]:
    with kernel.session(tenant) as session:
        return set(view(session).enabled)


def schemas(kernel: Kernel, tenant: Tenant) -> set[str]:
    with kernel.session(tenant) as session:
        found = session.execute(text("SELECT nspname FROM pg_namespace")).scalars()
        return {name for name in found if not name.startswith(("pg_", "information_schema"))}


def history(kernel: Kernel, tenant: Tenant) -> list[tuple[str, str, str]]:
    with kernel.session(tenant) as session:
        rows = session.scalars(select(AddonLogEntry).order_by(AddonLogEntry.id))
        return [(row.addon, row.action, row.outcome) for row in rows if row.addon != "core"]


def test_enabling_an_addon_enables_what_it_needs_first(platform: Kernel, company: Tenant) -> None:
    assert lifecycle.enable(platform, company, "kitchen") == ("garden", "kitchen")

    assert enabled(platform, company) == {"core", "garden", "kitchen"}
    with platform.session(company) as session:
        assert services.names(session) == ["First"]
    assert history(platform, company) == [
        ("garden", "enable", "done"),
        ("kitchen", "enable", "done"),
    ]


def test_a_second_time_changes_nothing(platform: Kernel, company: Tenant) -> None:
    lifecycle.enable(platform, company, "garden")
    before = history(platform, company)

    assert lifecycle.enable(platform, company, "garden") == ()
    assert lifecycle.disable(platform, company, "market") == ()
    assert history(platform, company) == before


def test_disabling_keeps_the_data_and_hides_the_addon(platform: Kernel, company: Tenant) -> None:
    lifecycle.enable(platform, company, "garden")
    with platform.session(company) as session:
        services.sow(session, "Rose")

    assert lifecycle.disable(platform, company, "garden") == ("garden",)

    assert enabled(platform, company) == {"core"}
    lifecycle.enable(platform, company, "garden")
    with platform.session(company) as session:
        assert services.names(session) == ["First", "Resting 2", "Rose"]


def test_an_addon_that_others_need_stays_unless_they_go_along(
    platform: Kernel, company: Tenant
) -> None:
    lifecycle.enable(platform, company, "kitchen")

    with pytest.raises(Conflict, match="These need garden: kitchen"):
        lifecycle.disable(platform, company, "garden")
    assert enabled(platform, company) == {"core", "garden", "kitchen"}

    gone = lifecycle.disable(platform, company, "garden", with_dependants=True)
    assert gone == ("kitchen", "garden")
    assert enabled(platform, company) == {"core"}


def test_a_package_decides_what_can_be_enabled(platform: Kernel, company: Tenant) -> None:
    small = replace(company, allowed=frozenset({"kitchen"}))
    with pytest.raises(Forbidden, match="Garden is not part of this company's package"):
        lifecycle.enable(platform, small, "kitchen")
    assert schemas(platform, company) == schemas(platform, small)


def test_an_addon_that_left_the_package_is_out_of_sight_and_keeps_its_data(
    platform: Kernel, company: Tenant
) -> None:
    lifecycle.enable(platform, company, "kitchen")
    small = replace(company, allowed=frozenset({"kitchen"}))

    assert enabled(platform, small) == {"core"}
    with platform.session(small) as session:
        rows = binding(session).context["state"].rows
        assert rows["garden"].reason == "It is not part of the package."
        assert "needs garden" in rows["kitchen"].reason
    assert enabled(platform, company) == {"core", "garden", "kitchen"}


def test_an_unknown_addon_is_named(platform: Kernel, company: Tenant) -> None:
    with pytest.raises(NotFound, match="no addon called nothing"):
        lifecycle.enable(platform, company, "nothing")
    with pytest.raises(NotFound, match="no addon called nothing"):
        lifecycle.disable(platform, company, "nothing")


def test_the_kernel_cannot_be_switched_off_or_purged(platform: Kernel, company: Tenant) -> None:
    with pytest.raises(Conflict, match="cannot be switched off"):
        lifecycle.disable(platform, company, "core", with_dependants=True)
    with pytest.raises(Conflict, match="cannot be purged"):
        lifecycle.purge(platform, company, "core", confirmation="purge core")


def test_a_purge_asks_exports_and_leaves_nothing(platform: Kernel, company: Tenant) -> None:
    before = schemas(platform, company)
    lifecycle.enable(platform, company, "garden")
    lifecycle.disable(platform, company, "garden")
    with pytest.raises(NeedsConfirmation, match="3 records") as asked:
        lifecycle.purge(platform, company, "garden")
    assert asked.value.key == "purge garden"
    assert preview(platform, company, "garden", "purge").rows == {"plant": 2, "visit": 1}

    purged = lifecycle.purge(platform, company, "garden", confirmation="purge garden")

    assert schemas(platform, company) == before
    assert purged.file is not None
    assert purged.file.parent == platform.config.var / company.id / "exports"
    assert purged.file.stat().st_mode & 0o777 == 0o600
    lines = gzip.decompress(purged.file.read_bytes()).decode().splitlines()
    head, *rows = map(json.loads, lines)
    assert (head["addon"], head["tenant"], head["head"]) == (
        "garden",
        company.slug,
        "0002_by_height",
    )
    assert [row["row"]["name"] for row in rows if row["table"] == "plant"] == ["First", "Resting 1"]
    assert purged.rows == len(rows) == 3

    assert lifecycle.purge(platform, company, "garden").rows == 0
    lifecycle.enable(platform, company, "garden")
    with platform.session(company) as session:
        assert services.names(session) == ["First"]


def test_a_purge_waits_until_the_addon_is_off_and_nobody_refers_to_it(
    platform: Kernel, company: Tenant
) -> None:
    lifecycle.enable(platform, company, "kitchen")
    with pytest.raises(Conflict, match="still switched on"):
        lifecycle.purge(platform, company, "garden", confirmation="purge garden")

    lifecycle.disable(platform, company, "garden", with_dependants=True)
    with pytest.raises(Conflict, match="Records of kitchen refer to those of garden"):
        lifecycle.purge(platform, company, "garden", confirmation="purge garden")

    lifecycle.purge(platform, company, "kitchen", confirmation="purge kitchen")
    lifecycle.purge(platform, company, "garden", confirmation="purge garden")
    assert not {"garden", "kitchen"} & schemas(platform, company)


@pytest.mark.parametrize(
    ("addon", "reason"),
    [
        ("raises_when_enabled", "addon_enabled: ZeroDivisionError: boom in addon_enabled"),
        ("half_migration", "its migrations: UndefinedTable"),
    ],
)
def test_an_addon_that_breaks_while_it_is_enabled_leaves_nothing(
    platform: Kernel, company: Tenant, addon: str, reason: str
) -> None:
    before = schemas(platform, company)

    with pytest.raises(lifecycle.AddonFailed, match=reason) as failure:
        lifecycle.enable(platform, company, addon)

    assert failure.value.__cause__ is not None
    assert schemas(platform, company) == before
    assert enabled(platform, company) == {"core"}
    assert history(platform, company) == [(addon, "enable", "failed")]


def test_an_addon_may_object_to_being_disabled_in_its_own_words(
    platform: Kernel, company: Tenant
) -> None:
    lifecycle.enable(platform, company, "will_not_go")
    with pytest.raises(Conflict, match="There is an open till") as objection:
        lifecycle.disable(platform, company, "will_not_go")
    assert objection.value.fix == "Close it first."
    assert "will_not_go" in enabled(platform, company)


def test_an_addon_whose_code_is_gone_can_still_be_disabled_and_purged(
    platform: Kernel, company: Tenant
) -> None:
    lifecycle.enable(platform, company, "garden")
    left = {n: a for n, a in platform.catalog.addons.items() if n not in {"garden", "kitchen"}}
    catalog = replace(platform.catalog, addons=left, _views={}, _callers={})
    without = with_catalog(platform, catalog)
    assert enabled(without, company) == {"core"}

    with pytest.raises(NotFound):
        lifecycle.enable(without, company, "garden")
    assert lifecycle.disable(without, company, "garden") == ("garden",)
    purged = lifecycle.purge(without, company, "garden", confirmation="purge garden")

    assert purged.rows > 0
    assert "garden" not in schemas(without, company)


def test_a_purge_that_fails_keeps_the_data_and_leaves_no_file(
    platform: Kernel, company: Tenant
) -> None:
    lifecycle.enable(platform, company, "kitchen")
    lifecycle.disable(platform, company, "garden", with_dependants=True)
    lifecycle.purge(platform, company, "kitchen", confirmation="purge kitchen")
    with platform.session(company, role="owner") as session:
        session.execute(text("ALTER TABLE garden.plant ADD CHECK (name <> 'Farewell')"))
    exports = platform.config.var / company.id / "exports"
    before = set(exports.iterdir())

    with pytest.raises(lifecycle.AddonFailed, match="addon_purging: CheckViolation"):
        lifecycle.purge(platform, company, "garden", confirmation="purge garden")

    assert set(exports.iterdir()) == before
    assert "garden" in schemas(platform, company)
    assert history(platform, company)[-1] == ("garden", "purge", "failed")


def test_two_admins_who_enable_the_same_addon_at_once_enable_it_once(
    platform: Kernel, company: Tenant
) -> None:
    def enable(kernel: Kernel) -> tuple[str, ...]:
        return lifecycle.enable(kernel, company, "kitchen")

    with ThreadPoolExecutor(2) as pool:
        changed = list(pool.map(enable, (platform, another_process(platform))))

    assert sorted(changed) == [(), ("garden", "kitchen")]
    assert history(platform, company) == [
        ("garden", "enable", "done"),
        ("kitchen", "enable", "done"),
    ]


def test_a_change_waits_for_another_one_only_so_long(
    platform: Kernel, company: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = "SELECT set_config('lock_timeout', '50ms', true), "
    begin = text(str(transaction._BEGIN).replace("SELECT ", impatient, 1))
    monkeypatch.setattr(transaction, "_BEGIN", begin)
    with (
        transaction.changing(platform, company, None, action="enable"),
        pytest.raises(Unavailable, match="in use by another change") as refusal,
    ):
        lifecycle.enable(another_process(platform), company, "garden")
    assert refusal.value.retry_after == 5
    assert lifecycle.enable(platform, company, "garden") == ("garden",)
