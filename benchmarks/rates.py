"""How rates and times are taken: repeated rounds, the median quoted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any


def rounds(measure: Callable[[], float], count: int = 3) -> float:
    """The median of several measurements."""
    return median(measure() for _ in range(count))


def in_turn(*measures: Callable[[], float], count: int = 3) -> tuple[float, ...]:
    """Medians of several measurements taken in turn, so that a drifting machine drifts alike
    for all of them; forwards and backwards, so that none always pays for what another left."""
    taken: list[list[float]] = [[] for _ in measures]
    turns = list(zip(measures, taken, strict=True))
    for number in range(count):
        for measure, results in reversed(turns) if number % 2 else turns:
            results.append(measure())
    return tuple(median(results) for results in taken)


def seconds(work: Callable[[], Any]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def rate_over(trace: Sequence[Any], work: Callable[[Any], None], threads: int) -> float:
    """Items per second when `threads` threads work through the trace together."""
    position = iter(trace)
    lock = threading.Lock()
    failures: list[BaseException] = []

    def drain() -> None:
        while not failures:
            with lock:
                item = next(position, None)
            if item is None:
                return
            try:
                work(item)
            except BaseException as error:
                failures.append(error)

    workers = [threading.Thread(target=drain) for _ in range(threads)]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    elapsed = time.perf_counter() - start
    if failures:
        raise failures[0]
    return len(trace) / elapsed
