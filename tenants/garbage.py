"""Loads without looking for garbage, of which there is none yet.

Whoever imports the platform makes some hundred thousand objects, and all of them stay. That the
collector goes through them again and again takes a fifth of the time of a start.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collections(*, for_good: bool = False) -> Iterator[None]:
    """Nothing that is loaded in the block is garbage. Blocks may lie in each other.

    What is there at the end of one that is `for_good` is left out of all collections to come, the
    first of which would go through all of it at once.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if for_good:
            gc.freeze()
        if collects:
            gc.enable()
