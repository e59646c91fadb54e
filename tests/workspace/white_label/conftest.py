"""One company under a reseller's brand, for all tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from core.kernel import Kernel
from tenants.testing.tenants import fresh_tenant
from tests.workspace.white_label.looking import Place, branded


@pytest.fixture(scope="session")
def place(kernel: Kernel) -> Iterator[Place]:
    with (
        fresh_tenant(kernel, f"nordwind{os.urandom(3).hex()}") as tenant,
        branded(kernel, tenant) as place,
    ):
        yield place
