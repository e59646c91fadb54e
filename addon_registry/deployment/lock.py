"""One installer at a time: a lock that the kernel lets go when its holder dies."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator

from addon_registry.deployment.layout import Layout
from core.errors import Conflict
from core.i18n import phrase


@contextlib.contextmanager
def locked(layout: Layout) -> Iterator[None]:
    """Hold the deployment until the block ends; raises Conflict if somebody else does."""
    layout.root.mkdir(parents=True, exist_ok=True)
    with layout.lock.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                phrase("Somebody else is changing the addons of this deployment."),
                fix=phrase("Wait until that is done: aorabooks addon installed"),
            ) from None
        yield


def is_free(layout: Layout) -> bool:
    """Whether nobody holds it at this moment."""
    try:
        with locked(layout):
            return True
    except Conflict:
        return False
