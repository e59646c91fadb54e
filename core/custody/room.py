"""How much a company stores, database and files, and how much it may.

Only what people upload is refused where no room is left. Tills, postings and everything else that
writes to the database go on: a company that cannot work is worse than one that takes too much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.belongings import recall, remember
from core.db.session import binding
from core.declare import Trouble
from core.errors import AppError
from core.i18n import phrase

if TYPE_CHECKING:
    from core.kernel import Kernel

MEGABYTE: Final = 10**6
"""As pages write sizes."""
SCARCE: Final = 0.8
"""The share of its room from which on an administrator is told."""
PAGE: Final = "/settings/data"
_KEY: Final = "core.stored"
_SECONDS: Final = 60.0
"""For how long a figure is believed: looking at every file takes a while."""


class StorageFull(AppError):
    """The company may store no more files."""

    status = 507
    code = "storage-full"


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes: of the database, of the files, and how many there may be; 0 is no bound."""

    database: int
    files: int
    most: int

    @property
    def used(self) -> int:
        """Both together."""
        return self.database + self.files

    @property
    def share(self) -> float:
        """How much of it is used; 1 is all."""
        return self.used / self.most if self.most else 0.0


def room_of(session: Session) -> Room:
    """The room of the session's tenant; its figures are up to a minute old."""
    tenant = binding(session).tenant
    most = tenant.allowance.storage_mb * MEGABYTE
    kept = recall(session, _KEY)
    if kept is not None:
        database, files = map(int, kept.split())
        return Room(database, files, most)
    kernel: Kernel = binding(session).context["kernel"]
    size: int = session.scalar(select(func.pg_database_size(func.current_database()))) or 0
    found = Room(size, kernel.files.size(tenant.id), most)
    _remember(session, found)
    return found


def take_room(session: Session, size: int) -> None:
    """Files of so many bytes were uploaded; raises StorageFull where there is no room for them."""
    if not binding(session).tenant.allowance.storage_mb:
        return
    room = room_of(session)
    if room.used + size > room.most:
        raise StorageFull(
            phrase(
                "Your company stores {used} MB of the {most} MB that it may.",
                used=room.used // MEGABYTE,
                most=room.most // MEGABYTE,
            ),
            fix=phrase("Remove attachments that nobody needs, or ask the operator for more room."),
        )
    _remember(session, Room(room.database, room.files + size, room.most))


def scarce_room(session: Session) -> list[Trouble]:
    """That little room is left, or none."""
    if not binding(session).tenant.allowance.storage_mb:
        return []
    room = room_of(session)
    if room.share < SCARCE:
        return []
    return [
        Trouble(
            key="storage",
            title=phrase("{percent} % of the storage is used", percent=int(100 * room.share)),
            cause=phrase("Where none is left, nothing can be uploaded. Everything else goes on."),
            severity="bad" if room.share >= 1 else "warning",
            url=PAGE,
        )
    ]


def _remember(session: Session, room: Room) -> None:
    remember(session, _KEY, f"{room.database} {room.files}".encode(), seconds=_SECONDS)
