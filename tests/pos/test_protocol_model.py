"""The protocol explored apart from the code, and its traces replayed against it: whatever the
network does, no receipt is lost and none is booked twice."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from core.kernel import Kernel
from tenants.testing.browser import AppTransport, open_browser
from tenants.testing.tenants import fresh_tenant
from tests.pos.protocol import Model
from tests.pos.sample_client import SampleTill, ulid
from tests.pos.shop import TillShop

_TILLS = itertools.count(1)
Trace = list[tuple[str, Any]]


class Explorer(RuleBasedStateMachine):
    """Everything that client, network, server and worker may do, in any order."""

    traces: ClassVar[list[Trace]] = []

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.trace: Trace = []

    @rule(count=st.integers(1, 3))
    def sell(self, count: int) -> None:
        for _ in range(count):
            self.model.sell()
        self.trace.append(("sell", count))

    @precondition(lambda self: self.model.outbox)
    @rule()
    def send(self) -> None:
        self.model.send()
        self.trace.append(("send", None))

    @precondition(lambda self: self.model.calls)
    @rule(place=st.integers(0, 9), keep=st.booleans(), lost_answer=st.booleans())
    def arrive(self, place: int, keep: bool, lost_answer: bool) -> None:
        at = place % len(self.model.calls)
        answer = self.model.arrive(at, keep=keep, lost_answer=lost_answer)
        self.trace.append(("arrive", (at, keep, answer)))

    @precondition(lambda self: self.model.calls)
    @rule(place=st.integers(0, 9))
    def vanish(self, place: int) -> None:
        at = place % len(self.model.calls)
        self.model.vanish(at)
        self.trace.append(("vanish", at))

    @rule()
    def book(self) -> None:
        self.model.book()
        self.trace.append(("book", None))

    @rule()
    def confirm(self) -> None:
        self.model.confirm()
        self.trace.append(("confirm", None))

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        self.model.safe()

    def teardown(self) -> None:
        """In the end the network works: then every receipt is booked once."""
        self.model.send()
        self.model.arrive(len(self.model.calls) - 1, keep=False, lost_answer=True)
        self.model.book()
        assert self.model.booked == self.model.printed
        if len(self.trace) > 8:
            self.traces.append(self.trace)


Explorer.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
TestTheModel = Explorer.TestCase


@pytest.fixture(scope="module")
def company(kernel: Kernel, transport: AppTransport) -> Iterator[TillShop]:
    with (
        fresh_tenant(kernel, "model") as tenant,
        open_browser(transport, "model.localhost") as http,
    ):
        made = TillShop(kernel, tenant, http)
        made.product("10.00", "100000")
        yield made


def test_the_code_does_what_the_model_does(company: TillShop) -> None:
    if not Explorer.traces:
        TestTheModel().runTest()
    traces = sorted(Explorer.traces, key=len, reverse=True)[:5]
    assert traces
    for trace in traces:
        _replay(company, company.till(f"M{next(_TILLS)}"), trace)
    assert company.broken() == []


def _replay(shop: TillShop, till: SampleTill, trace: Trace) -> None:
    calls: list[bytes] = []
    till.session = ulid()  # one that was never told: its sales are booked for latecomers
    line, cash = shop.line(shop.products[0]), shop.methods["cash"]
    for what, given in trace:
        if what == "sell":
            for _ in range(given):
                till.sell(line, method=cash)
        elif what == "send":
            calls.append(json.dumps({"operations": till.outbox}).encode())
        elif what == "vanish":
            del calls[given]
        elif what == "book":
            shop.book()
        elif what == "confirm":
            till.outbox = [one for one in till.outbox if _status(till, one["sync_id"]) != "done"]
        else:
            _arrive(till, calls, given)
    till.sync()
    shop.book()
    receipts = "SELECT count(*), count(DISTINCT number) FROM pos.sale WHERE register_id = :own"
    assert shop.rows(receipts, own=till.register) == [(till.receipts, till.receipts)]


def _arrive(till: SampleTill, calls: list[bytes], given: Any) -> None:
    place, keep, expected = given
    body = calls[place] if keep else calls.pop(place)
    headers = {"Authorization": f"Bearer {till.token}"}
    answer = till.http.post("/api/v1/pos/sync", content=body, headers=headers).json()
    assert {one["seq"]: one["status"] for one in answer["results"]} == expected


def _status(till: SampleTill, sync_id: str) -> str:
    headers = {"Authorization": f"Bearer {till.token}"}
    answer = till.http.get(f"/api/v1/pos/sync/{sync_id}", headers=headers)
    return answer.json()["status"] if answer.status_code == 200 else "unknown"
