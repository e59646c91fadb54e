"""Where the data of real companies lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with the real data; script/test leaves these tests out where it is absent."""
    shared = Path(os.environ.get("AORABOOKS_SHARED", ROOT.parent / "shared"))
    if not (shared / "data").is_dir():
        pytest.fail(f"no real data at {shared}: set AORABOOKS_SHARED, or use script/test")
    return shared / "data"
