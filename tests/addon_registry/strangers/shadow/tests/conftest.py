"""Let the platform find this addon while its tests run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.config import Config

FOLDER = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def config(config: Config) -> Config:
    return replace(config, addon_path=FOLDER.parent)
