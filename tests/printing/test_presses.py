"""A template can neither hang the server, nor fill it, nor look around in it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import Unavailable
from core.printing.presses import Presses, Sheets, TemplateError


@pytest.fixture
def presses() -> Iterator[Presses]:
    made = Presses(1, memory_mb=400)
    yield made
    made.close()


def _sheets(source: str, *, seconds: float = 5, **inputs: str) -> Sheets:
    return Sheets({"main.typ": source.encode()}, inputs, seconds=seconds)


ENDLESS = "#for a in range(90000) { for b in range(90000) { let c = a + b } }"
HELLO = _sheets("Hello #sys.inputs.name", name="*you*")


def test_a_template_that_never_ends_is_ended_and_the_next_one_is_set(presses: Presses) -> None:
    with pytest.raises(Unavailable, match="longer than 1 s"):
        presses.run(_sheets(ENDLESS, seconds=1))
    assert presses.run(HELLO)[0].startswith(b"%PDF")


def test_a_template_that_wants_all_memory_gets_none_of_it(presses: Presses) -> None:
    hungry = '#let text = "a"\n#for i in range(60) { text = text + text }'
    with pytest.raises(Unavailable, match="memory"):
        presses.run(_sheets(hungry, seconds=20))
    assert presses.run(HELLO)


@pytest.mark.parametrize(
    "source",
    [
        '#read("/etc/passwd")',
        '#read("../press.py")',
        '#image("/proc/self/environ")',
        '#import "@preview/example:0.1.0": *',
        "#import sys.inputs.path: *",
    ],
)
def test_a_template_reads_nothing_but_its_own_files(presses: Presses, source: str) -> None:
    with pytest.raises(TemplateError):
        presses.run(_sheets(source, path="/etc/hostname"))


def test_a_press_knows_nothing_of_the_machine(
    presses: Presses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AORABOOKS_SECRET_KEY", "hidden")
    presses.run(HELLO)
    (press,) = presses._idle
    assert b"AORABOOKS" not in Path(f"/proc/{press._process.pid}/environ").read_bytes()


def test_a_mistake_in_a_template_is_named_with_its_place(presses: Presses) -> None:
    with pytest.raises(TemplateError, match=r"main\.typ:2"):
        presses.run(_sheets("fine\n#unknown-name"))
    assert presses.run(HELLO)


def test_a_press_that_was_killed_is_replaced(presses: Presses) -> None:
    first = presses.run(HELLO)
    os.kill(presses._idle[0]._process.pid, 9)
    presses._idle[0]._process.wait()
    assert presses.run(HELLO) == first


def test_no_more_are_at_work_than_there_are_presses(presses: Presses) -> None:
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.extend(presses.run(HELLO))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(presses._idle) == 1
