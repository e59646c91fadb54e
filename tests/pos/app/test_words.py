"""What the till says can be translated, and what it weighs stays small."""

from __future__ import annotations

import gzip
import subprocess
from pathlib import Path

from tests.pos.engine.conftest import _node

ROOT = Path(__file__).resolve().parents[3]
WORDS = ROOT / "addons/pos/templates/pos/app/words.html"
STATIC = ROOT / "addons/pos/static"
MOST = 150_000


def test_the_words_that_the_server_translates_are_those_of_the_app() -> None:
    script = "import('./frontend/pos/words.mjs').then(async (m) => console.log(await m.template()))"
    command = [_node(), "-e", script]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert made.stdout.strip() == WORDS.read_text().strip(), "run: node frontend/pos/words.mjs"


def test_the_app_is_light_enough_for_a_slow_phone() -> None:
    files = [path for path in STATIC.iterdir() if path.suffix in (".js", ".css")]
    scripts = {"head.js", "journal.js", "sw.js", "till.js"}
    assert {path.name for path in files} == scripts | {"till.css"}
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < MOST
