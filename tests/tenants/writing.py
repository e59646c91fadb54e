"""A process of tests in which somebody works at a company until a file is there."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import text

from core import config, log
from tenants.composition import kernel_on, load_catalog
from tenants.control import find_cluster


def write_until(slug: str, ends: str) -> None:
    """Writes one word after the other, and prints each that was saved. Fails with the first that
    was not."""
    log.configure()
    settings = config.from_environment()
    with kernel_on(settings, find_cluster(settings), load_catalog(settings)) as kernel:
        number = 0
        while not Path(ends).exists():
            word = f"word {os.getpid()} {number}"
            tenant = kernel.directory.find_slug(slug)
            assert tenant is not None
            with kernel.session(tenant) as session:
                session.execute(text("INSERT INTO core.team (name) VALUES (:word)"), {"word": word})
            print(word, flush=True)
            number += 1
