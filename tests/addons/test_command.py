"""`aorabooks addon ...` as an operator types it, on a company that keeps books."""

from __future__ import annotations

from core.tenancy.tenant import Tenant
from tests.tenants.conftest import Command, aorabooks, environment

__all__ = ["aorabooks", "environment"]


def test_an_addon_goes_off_and_on_and_away_from_the_command_line(
    aorabooks: Command, tenant: Tenant
) -> None:
    at = ("--tenant", tenant.slug)

    def standing() -> str:
        shown = aorabooks("addon", "list", *at, "--json").json["addons"]
        return next(each["standing"] for each in shown if each["name"] == "accounting")

    for dependent in ("reporting", "vat"):
        assert aorabooks("addon", "disable", dependent, *at).status == 0
    assert standing() == "enabled"
    told = aorabooks("addon", "preview", "accounting", *at, "--step", "disable")
    assert "All data is kept." in told.out
    assert aorabooks("addon", "disable", "accounting", *at).out == "Disabled: accounting.\n"
    assert standing() == "disabled"

    again = aorabooks("addon", "enable", "accounting", *at, "--json")
    assert again.json == {"enabled": ["accounting"]}
    nothing = aorabooks("addon", "enable", "accounting", *at)
    assert (nothing.status, nothing.out) == (0, "Enabled: nothing, it was so already.\n")
    assert aorabooks("addon", "upgrade", *at).out == "Upgraded: nothing was behind.\n"

    refused = aorabooks("addon", "purge", "accounting", *at)
    assert (refused.status, "Disable it first." in refused.err) == (1, True)
    aorabooks("addon", "disable", "accounting", *at)
    sure = ("--confirm", "purge vat")
    assert aorabooks("addon", "purge", "vat", *at, *sure).status == 0
    asked = aorabooks("addon", "purge", "accounting", *at)
    assert asked.status == 1
    assert '--confirm "purge accounting"' in asked.err
    gone = aorabooks("addon", "purge", "accounting", *at, "--confirm", "purge accounting", "--json")
    assert gone.json["rows"] > 0
    assert gone.json["file"].endswith(".jsonl.gz")
    assert standing() == "purged"


def test_replay_says_how_much_happened_or_why_it_cannot(aorabooks: Command, tenant: Tenant) -> None:
    at = ("--tenant", tenant.slug, "--since", "2026-01-01")
    assert aorabooks("addon", "replay", "accounting", *at).out == "Events replayed: 0.\n"
    refused = aorabooks("addon", "replay", "nothing", *at)
    assert refused.status == 1
    assert "nothing is not enabled. Enable it first." in " ".join(refused.err.split())
    wrong = aorabooks("addon", "replay", "accounting", "--tenant", tenant.slug, "--since", "soon")
    assert wrong.status == 2
