"""Making millions of small values without Python's cycle collector looking through them.

The collector walks through everything that was made since it last looked, again and again as a
large file is read. Values of an import refer to each other in no circle, so it finds nothing and
takes a third of the time. Without it they are freed as ever, when nothing refers to them.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_at_work = 0
_was_on = True


@contextmanager
def many_values() -> Iterator[None]:
    """Leave the collector off until the last of those who ask for it has ended."""
    global _at_work, _was_on
    with _lock:
        if _at_work == 0:
            _was_on = gc.isenabled()
            gc.disable()
        _at_work += 1
    try:
        yield
    finally:
        with _lock:
            _at_work -= 1
            if _at_work == 0 and _was_on:
                gc.enable()
