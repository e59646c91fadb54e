"""What is said of 10,000 companies comes from simulations. On a few companies each of them says
about what really happens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.scale import needs, queues
from benchmarks.scale.measuring import UNITS, Measured
from core.db.broker import ConnectionBroker
from tenants.control import Cluster

FACTOR = 1.6
"""How far a simulation may be from what it simulates, either way."""
COMPANIES, BUDGET, REQUESTS = 24, 8, 600


def test_connections_are_opened_as_often_as_simulated(cluster: Cluster, tmp_path: Path) -> None:
    """Each company has a way of its own to the same server, since a connection is never given to
    another one's."""
    assert cluster.embedded is not None
    admin = replace(cluster.admin, database="postgres")
    doors = [tmp_path / str(number) for number in range(COMPANIES)]
    for door in doors:
        door.symlink_to(cluster.embedded.socket)
    trace = queues.popular(COMPANIES, REQUESTS)
    broker = ConnectionBroker(budget=BUDGET)
    try:
        for company in trace:
            broker.give_back(broker.checkout(replace(admin, host=str(doors[company]))))
        real = broker.figures().opened_total
    finally:
        broker.close()
    hour = queues.connections(trace, a_second=1, processes=1, budget=BUDGET, warm=0)
    simulated = (1 - hour.found) * REQUESTS
    assert real / FACTOR < simulated < real * FACTOR, f"{real} against {simulated}"


def test_who_comes_first_is_served_first_and_a_look_begins_only_so_many() -> None:
    ended = queues.in_line([(0, 2), (0, 2), (1, 1)], at_once=2)
    assert ended[-1] == queues.Ended(wanted=1, began=2, done=3)
    asked = queues.in_turns([5.0] * (queues.BATCH + 1) + [70.0])
    assert asked[-3:] == [queues.TURN, 2 * queues.TURN, 2 * queues.TURN]


def test_more_companies_need_more_of_everything_and_all_is_said() -> None:
    """The arithmetic holds together: ten times the companies need about ten times the disk."""
    one = Measured(**dict.fromkeys(UNITS, 1.0))
    way = replace(needs.WAY, simulated=20_000)
    few, many = (
        {each.name.replace(f"_{name}", ""): each for each in needs.figures(one, count, way)}
        for name, count in (("1k", 1_000), ("10k", 10_000))
    )
    for name in ("disk", "control", "upgrade_noop", "requests"):
        assert many[name].figure == pytest.approx(10 * few[name].figure, rel=0.1)
    assert few["servers"].figure == 1
    assert many["servers"].figure == 2
