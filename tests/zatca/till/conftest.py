"""A company whose tills sign by themselves, and the till's own code, run by Node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.pos.engine.conftest import _node
from tests.sales.conftest import whole_company
from tests.zatca.trade.trader import have_device, have_seller

RUNNER = Path(__file__).with_name("runner.mjs")
Sign = Callable[[dict[str, Any]], dict[str, Any] | None]


@pytest.fixture(scope="module")
def company(kernel: Kernel) -> Iterator[Tenant]:
    """A trader in Riyadh with a device that signs."""
    with whole_company(kernel) as tenant:
        with kernel.session(tenant) as session:
            have_seller(session)
            have_device(session)
        yield tenant


@pytest.fixture(scope="module")
def sign() -> Iterator[Sign]:
    """What the till makes of a sale; one process for all tests here."""
    with subprocess.Popen(
        [_node(), str(RUNNER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as node:
        assert node.stdin is not None
        assert node.stdout is not None
        asks, answers = node.stdin, node.stdout

        def ask(asked: dict[str, Any]) -> dict[str, Any] | None:
            asks.write(json.dumps(asked) + "\n")
            asks.flush()
            answer: dict[str, Any] | None = json.loads(answers.readline())
            assert answer is None or "error" not in answer, answer
            return answer

        yield ask
        asks.close()
