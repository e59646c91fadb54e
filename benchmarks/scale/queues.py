"""Discrete-event simulations of what waits for one another: an upgrade of all companies, a night
of backups, and connections that companies take away from each other for an hour."""

from __future__ import annotations

import heapq
import random
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter
from typing import Final

from tenants.backups.tending import BATCH

PAUSES: Final = (1.0, 2.5, 6.25, 15.6, 39.1)
"""Seconds before a company that was out of reach is tried again (`tenants/upgrading/runner.py`)."""
TURN: Final = 60.0
"""Seconds between two looks for backups that are due (`tenants/backups/tending.py`)."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A piece of work: when it was wanted, begun and done, in seconds."""

    wanted: float
    began: float
    done: float


def in_line(wanted: Iterable[tuple[float, float]], at_once: int) -> list[Ended]:
    """Pieces of work (when wanted, how long it takes) by so many workers, in the order in which
    they were wanted."""
    free: list[float] = [0.0] * at_once
    ended = []
    for moment, takes in sorted(wanted, key=itemgetter(0)):
        began = max(moment, heapq.heappop(free))
        heapq.heappush(free, began + takes)
        ended.append(Ended(moment, began, began + takes))
    return ended


def upgrade(
    takes: Sequence[float],
    *,
    canaries: int,
    at_once: int,
    out_of_reach: float = 0.0,
    chance: random.Random | None = None,
) -> float:
    """Seconds until all are upgraded or given up: canaries first, the others when those are done.
    This part of them is out of reach once and tried again later."""
    chance = chance or random.Random(1)

    def ring(members: Sequence[float], since: float) -> float:
        wanted = []
        for each in members:
            wanted.append((since, each))
            if chance.random() < out_of_reach:
                wanted.append((since + PAUSES[0] + each, each))
        return max((one.done for one in in_line_from(since, wanted, at_once)), default=since)

    return ring(takes[canaries:], ring(takes[:canaries], 0.0))


def in_line_from(
    since: float, wanted: Iterable[tuple[float, float]], at_once: int
) -> Iterator[Ended]:
    """The same as `in_line`, by workers that are free from then on."""
    for each in in_line(((moment - since, takes) for moment, takes in wanted), at_once):
        yield Ended(each.wanted + since, each.began + since, each.done + since)


def night(takes: Sequence[float], zones: Sequence[tuple[float, float]], at_once: int) -> Night:
    """A day of backups, each wanted at the same hour of its company's own zone. `zones` are hours
    from UTC with how many of a hundred companies live there."""
    chance = random.Random(2)
    hours = chance.choices([hour for hour, _ in zones], [share for _, share in zones], k=len(takes))
    wanted = sorted(zip(((26 - hour) % 24 * 3600.0 for hour in hours), takes, strict=True))
    asked = in_turns([moment for moment, _ in wanted])
    ended = in_line(zip(asked, (each for _, each in wanted), strict=True), at_once)
    late = [one.began - moment for one, (moment, _) in zip(ended, wanted, strict=True)]
    first, last = min(one.began for one in ended), max(one.done for one in ended)
    busy = sum(takes) / (at_once * (last - first))
    return Night(max(late) / 3600, (last - first) / 3600, busy)


def in_turns(wanted: Sequence[float]) -> list[float]:
    """When each of these, in their order, is asked for: a look every so often begins at most so
    many."""
    asked: list[float] = []
    for moment in wanted:
        turn = -(-moment // TURN) * TURN
        if asked and asked[-1] >= turn:
            turn = asked[-1]
            is_full = len(asked) >= BATCH and asked[-BATCH] == turn
            turn += TURN if is_full else 0.0
        asked.append(turn)
    return asked


@dataclass(frozen=True, slots=True)
class Night:
    """Hours that a backup waits at the most; hours from the first to the last; and which part of
    that time the workers had something to do."""

    longest: float
    window: float
    busy: float


@dataclass(frozen=True, slots=True)
class Hour:
    """What processes had to open: connections a second, and the part of requests that found one."""

    opened: float
    found: float


def popular(companies: int, requests: int, *, exponent: float = 1.1) -> list[int]:
    """Whose turn it is, request by request, where the n-th company asks n ** -exponent as often as
    the first (Zipf)."""
    weights = list(accumulate(rank**-exponent for rank in range(1, companies + 1)))
    return random.Random(3).choices(range(companies), cum_weights=weights, k=requests)


def connections(
    trace: Sequence[int], *, a_second: float, processes: int, budget: int, warm: float = 0.5
) -> Hour:
    """A trace of requests over processes that each keep so many connections, where a company keeps
    to one process and the one idle longest gives way. The first part only warms up."""
    kept: list[OrderedDict[int, None]] = [OrderedDict() for _ in range(processes)]
    counted = found = 0
    for number, company in enumerate(trace):
        mine = kept[company % processes]
        is_there = company in mine
        mine[company] = None
        mine.move_to_end(company)
        if len(mine) > budget:
            mine.popitem(last=False)
        if number >= warm * len(trace):
            counted += 1
            found += is_there
    return Hour((counted - found) / counted * a_second, found / counted)
