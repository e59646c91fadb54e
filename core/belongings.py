"""A tenant's cache, files and notifications, for code that holds one of its sessions.

The tenant is the session's own, so an addon has no way to name another one's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from sqlalchemy.orm import Session

from core.db.session import after_commit, binding
from core.files import StoredFile

if TYPE_CHECKING:
    from core.kernel import Kernel


def recall(session: Session, key: str) -> bytes | None:
    """What was remembered under this key, unless it has expired or was pushed out."""
    return _kernel(session).cache.get(binding(session).tenant, key)


def remember(session: Session, key: str, value: bytes, *, seconds: float) -> None:
    """Keep a value that can be had again, for at most so long."""
    _kernel(session).cache.put(binding(session).tenant, key, value, seconds=seconds)


def forget(session: Session, key: str) -> None:
    """Drop a remembered value."""
    _kernel(session).cache.drop(binding(session).tenant, key)


def store_file(session: Session, chunks: Iterable[bytes], *, area: str = "") -> StoredFile:
    """Keep a file; its digest is what to write down. Stays if the transaction rolls back,
    where it does no harm: nobody knows its digest. Who deletes files names an `area`, such as
    "attachments", in which nobody else keeps any."""
    return _kernel(session).files.store(binding(session).tenant, chunks, area=area)


def read_file(session: Session, digest: str) -> Iterator[bytes]:
    """The file's bytes, piece by piece; raises NotFound if the tenant has no such file."""
    return _kernel(session).files.read(binding(session).tenant, digest)


def open_file(session: Session, digest: str, *, area: str = "") -> BinaryIO:
    """The file, open for reading; raises NotFound if the tenant has no such file there."""
    return _kernel(session).files.open(binding(session).tenant, digest, area=area)


def drop_file(session: Session, digest: str, *, area: str) -> None:
    """Remove a file of one's own area, at once: do it while nobody else can name it."""
    _kernel(session).files.delete(binding(session).tenant, digest, area=area)


def notify(session: Session, channel: str, data: Mapping[str, Any]) -> None:
    """Tell the tenant's open pages, once this transaction has committed. Ids, no content."""
    tenant, channels = binding(session).tenant, _kernel(session).channels
    after_commit(session, lambda: channels.publish(tenant, channel, data))


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]
