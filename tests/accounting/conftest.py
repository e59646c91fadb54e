"""Real ledgers with their known balances, and a company to keep books for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def ledgers() -> Path:
    """The folder with the real ledgers; without it a test is skipped, except in CI."""
    shared = Path(os.environ.get("AORABOOKS_SHARED", ROOT.parent / "shared"))
    folder = shared / "data" / "ledgers"
    if not folder.is_dir():
        reason = f"no real ledgers at {folder}; set AORABOOKS_SHARED"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
