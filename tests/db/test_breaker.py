"""A database server that is out of reach is left alone, but for one look every two seconds."""

from __future__ import annotations

import threading

import psycopg

from core.db.breaker import HANGING, PAUSE, Breaker, is_gone

HERE, THERE = ("10.0.0.1", 5432), ("10.0.0.2", 5432)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def enter_beside(breaker: Breaker) -> None:
    """Another thread tries, and hears nothing."""
    thread = threading.Thread(target=breaker.enter, args=(HERE,))
    thread.start()
    thread.join()


def test_after_a_refusal_one_looks_now_and_then_and_an_answer_ends_it() -> None:
    clock = Clock()
    breaker = Breaker(clock=clock)
    assert breaker.enter(HERE) is None
    since = breaker.failed(HERE, gone=True)
    assert since is not None
    assert breaker.enter(HERE) == since
    assert breaker.enter(THERE) is None, "other servers are others"
    clock.now += PAUSE
    enter_beside(breaker)
    assert breaker.enter(HERE) == since, "one looks, the others are told"
    breaker.reached(HERE)
    clock.now += HANGING + 1
    assert breaker.enter(HERE) is None, "and it has answered since somebody hung"


def test_an_attempt_that_hangs_keeps_the_others_from_hanging_too() -> None:
    clock = Clock()
    breaker = Breaker(clock=clock)
    enter_beside(breaker)
    clock.now += HANGING
    assert breaker.enter(HERE) is None
    breaker.failed(HERE, gone=False)
    clock.now += 1
    assert breaker.enter(HERE) is not None


def test_what_a_server_says_is_an_answer_unless_it_is_not_up() -> None:
    said = {
        'FATAL:  database "x" is not currently accepting connections': False,
        "FATAL:  the database system is starting up": True,
        "Connection refused": True,
    }
    assert {words: is_gone(psycopg.OperationalError(words)) for words in said} == said
