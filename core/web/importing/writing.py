"""Writes the documents of a file: together where all goes well, by ever fewer where it does not,
so that one bad document costs the good ones nothing and is named by itself.

Everything goes through the services of the resource (core.web.resources.writing), and each batch
is checked against deferred constraints as a commit would check it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import BigInteger, Text, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from core.errors import AppError, Unavailable
from core.importing.models import ExternalId
from core.web.importing.comparing import before_image
from core.web.importing.documents import FileDocument
from core.web.importing.finding import among, records_by_key
from core.web.importing.lookups import Lookups, Missing
from core.web.importing.missing import create_missing
from core.web.resources import writing
from core.web.resources.savepoint import attempt
from core.web.resources.shape import Shape

PIECES: Final = 16
"""Into so many a batch is cut when something in it is refused."""
_CHECK: Final = text("SET CONSTRAINTS ALL IMMEDIATE")
_DEFER: Final = text("SET CONSTRAINTS ALL DEFERRED")
_NOTED: Final = ("record_key", "line", "action", "version", "before")
_NOTE: Final = text(
    "INSERT INTO core.imported_record"
    " (import_id, resource, record_key, line, action, version, before)"
    " SELECT :import_id, :resource, r.record_key, r.line, r.action, r.version, r.before"
    " FROM unnest(:record_key, :line, :action, :version, :before)"
    " WITH ORDINALITY AS r (record_key, line, action, version, before, place) ORDER BY r.place"
).bindparams(
    bindparam("record_key", type_=ARRAY(Text)),
    bindparam("line", type_=ARRAY(BigInteger)),
    bindparam("action", type_=ARRAY(Text)),
    bindparam("version", type_=ARRAY(BigInteger)),
    bindparam("before", type_=ARRAY(JSONB(none_as_null=True))),
)


@dataclass(slots=True)
class Item:
    """A document and the values to write; `record` is the one it changes, by its `key`, and None
    for a new one."""

    document: FileDocument
    values: Mapping[str, Any]
    external_id: str
    key: Any = None
    record: Any = None
    error: AppError | None = field(default=None, init=False)


class Writer:
    """Writes for one import. `grids` names the lines that the file brings; records that it
    names `may_miss` and are made then."""

    def __init__(
        self,
        session: Session,
        shape: Shape,
        import_id: int,
        lookups: Lookups,
        grids: Mapping[str, Any],
        *,
        may_miss: bool,
    ) -> None:
        self._session, self._shape, self._import_id = session, shape, import_id
        self._lookups, self._grids, self._may_miss = lookups, grids, may_miss

    def write(self, items: Sequence[Item]) -> None:
        """Write what can be written; the others keep their error."""
        if not items:
            return
        made: list[Missing] = []
        try:
            attempt(self._session, lambda: self._all(items, made))
        except Unavailable:
            raise  # no document's fault
        except AppError as error:
            for missing in made:
                self._lookups.forget(missing.resource, [missing.text])
            if len(items) == 1:
                items[0].error = error
                return
            size = -(-len(items) // PIECES)
            for start in range(0, len(items), size):
                piece = items[start : start + size]
                self._refresh(piece)
                self.write(piece)

    def _all(self, items: Sequence[Item], made: list[Missing]) -> None:
        values = [self._completed(item, made) for item in items]
        new = [(i, v) for i, v in zip(items, values, strict=True) if i.record is None]
        old = [(i, v) for i, v in zip(items, values, strict=True) if i.record is not None]
        images = [before_image(self._shape, item.record, v) for item, v in old]
        created = writing.create_all(self._session, self._shape, (v for _, v in new))
        writing.update_all(self._session, self._shape, ((i.record, v) for i, v in old))
        connection = self._session.connection()
        connection.execute(_CHECK)
        connection.execute(_DEFER)
        pairs = list(zip((item for item, _ in new), created, strict=True))
        done = [(item, record, None) for item, record in pairs]
        done += [(i, i.record, image) for (i, _), image in zip(old, images, strict=True)]
        self._note(sorted(done, key=lambda entry: entry[0].document.line))

    def _completed(self, item: Item, made: list[Missing]) -> dict[str, Any]:
        """The values with keys where records were missing that are made for them now."""
        if not self._may_miss:
            return dict(item.values)
        return {
            name: self._found(value, item, made)
            if not isinstance(value, tuple)
            else tuple({n: self._found(v, item, made) for n, v in line.items()} for line in value)
            for name, value in item.values.items()
        }

    def _found(self, value: Any, item: Item, made: list[Missing]) -> Any:
        if not isinstance(value, Missing):
            return value
        key = self._lookups.known(value.resource, value.text)
        if key is None:
            shape, record, created = create_missing(self._session, value)
            key = getattr(record, shape.key.name)
            self._lookups.learn(value.resource, value.text, key)
            made.append(value)
            self._insert(self._rows(shape, [(item, one, None) for one in created]))
        return key

    def _note(self, done: Sequence[tuple[Item, Any, Any]]) -> None:
        self._insert(self._rows(self._shape, done))
        named = {
            item.external_id: str(getattr(record, self._shape.key.name))
            for item, record, _ in done
            if item.external_id
        }
        if named:
            rows = [
                {
                    "resource": self._shape.full_name,
                    "external_id": external_id,
                    "record_key": key,
                    "import_id": self._import_id,
                }
                for external_id, key in named.items()
            ]
            new = upsert(ExternalId).values(rows)
            self._session.execute(
                new.on_conflict_do_update(
                    index_elements=["resource", "external_id"],
                    set_={"record_key": new.excluded.record_key},
                    where=ExternalId.record_key != new.excluded.record_key,
                )
            )

    def _rows(
        self, shape: Shape, done: Sequence[tuple[Item, Any, Any]]
    ) -> Iterator[dict[str, Any]]:
        keys = [getattr(record, shape.key.name) for _, record, _ in done]
        versions = _versions(self._session, shape, keys)
        for (item, _, image), key in zip(done, keys, strict=True):
            yield {
                "import_id": self._import_id,
                "resource": shape.full_name,
                "record_key": str(key),
                "line": item.document.line,
                "action": "created" if image is None else "updated",
                "version": versions.get(key),
                "before": image,
            }

    def _insert(self, rows: Iterable[Mapping[str, Any]]) -> None:
        held = list(rows)
        if held:
            columns = {name: [row[name] for row in held] for name in _NOTED}
            values = {"import_id": self._import_id, "resource": held[0]["resource"], **columns}
            self._session.connection().execute(_NOTE, values)

    def _refresh(self, items: Sequence[Item]) -> None:
        """Read again, in one go, what the refused try has left unknown."""
        keys = [item.key for item in items if item.key is not None]
        found = records_by_key(self._session, self._shape, keys, self._grids)
        for item in items:
            item.record = found.get(item.key)


def _versions(session: Session, shape: Shape, keys: Sequence[Any]) -> dict[Any, int]:
    """What the records are at now: triggers may have counted further than the session knows."""
    if shape.version is None or not keys:
        return {}
    statement = select(shape.key.expression, shape.version.expression).where(
        among(shape.key.expression, keys)
    )
    return {row[0]: row[1] for row in session.connection().execute(statement)}
