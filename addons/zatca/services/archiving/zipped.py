"""The archive as a ZIP that is made while it is sent: its size costs no memory."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from addons.zatca.documents.signing import RIYADH
from addons.zatca.extension_points import PaperSource
from addons.zatca.models import Document
from addons.zatca.services.archive import file_name
from addons.zatca.services.archiving.tables import documents, write_exchanges, write_index
from addons.zatca.services.archiving.wanted import Wanted
from core.api import extensions

_PIECE: Final = 1 << 16


def export(session: Session, wanted: Wanted) -> Iterator[bytes]:
    """The pieces of a ZIP: each document, what the authority stamped of it, its PDF where that is
    wanted and its sale has one, an index, and every exchange."""
    pipe = _Pipe()
    with zipfile.ZipFile(cast("IO[bytes]", pipe), "w", zipfile.ZIP_DEFLATED) as archive:
        for _ in _entries(session, archive, wanted):
            if pipe.held >= _PIECE:
                yield pipe.take()
    yield pipe.take()


@dataclass(slots=True)
class _Pipe:
    """What is written waits to be taken. Nobody can go back in it, which ZIP allows for."""

    pieces: list[bytes] = field(default_factory=list)
    held: int = 0

    def write(self, data: bytes) -> int:
        self.pieces.append(bytes(data))
        self.held += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def take(self) -> bytes:
        taken = b"".join(self.pieces)
        self.pieces, self.held = [], 0
        return taken


def _entries(session: Session, archive: zipfile.ZipFile, wanted: Wanted) -> Iterator[None]:
    """Write everything, pausing after each file and each row."""
    whole = select(Document).where(wanted.documents)
    content = (undefer(Document.xml), undefer(Document.cleared_xml))
    for document in documents(session, whole.options(*content)):
        name, at = file_name(document), document.issue_at
        _put(archive, f"signed/{name}", document.xml, at)
        if document.cleared_xml is not None:
            _put(archive, f"cleared/{name}", document.cleared_xml, at)
        if wanted.paper and (pdf := _paper(session, document)) is not None:
            _put(archive, f"pdf/{name.removesuffix('.xml')}.pdf", pdf, at)
        yield
    yield from write_index(session, archive, wanted)
    yield from write_exchanges(session, archive, wanted)


def _put(archive: zipfile.ZipFile, name: str, content: bytes, at: datetime) -> None:
    entry = zipfile.ZipInfo(name, at.astimezone(RIYADH).timetuple()[:6])
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content, zipfile.ZIP_DEFLATED)


def _paper(session: Session, document: Document) -> bytes | None:
    source = extensions(session, PaperSource).get(document.source_type)
    pdf = None if source is None else source.pdf(session, document.source_id)
    return None if pdf is None else pdf.content
