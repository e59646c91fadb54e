"""Every addon that ships passes every check that `aorabooks addon check` makes of others'."""

from __future__ import annotations

import pytest

from core.addons import manifest as manifests
from core.kernel import Kernel
from tenants.authoring.checking import run_one
from tenants.authoring.checks import ALL
from tenants.authoring.finding import Check, subject_of
from tenants.authoring.scratch import SHIPPED

ADDONS = sorted(path.parent.name for path in SHIPPED.glob(f"*/{manifests.FILE_NAME}"))


def test_there_are_addons_to_be_checked() -> None:
    assert "accounting" in ADDONS


@pytest.mark.parametrize("addon", ADDONS)
@pytest.mark.parametrize("check", ALL, ids=lambda check: check.name)
def test_a_shipped_addon_passes(kernel: Kernel, addon: str, check: Check) -> None:
    assert list(run_one(check, subject_of(kernel, addon))) == []
