"""The indexes behind the search over all records: one per searched resource, in its own table.

An index over an expression is kept in step by the database itself, whatever writes: the ORM, a
bulk load, plain SQL. It goes when its table goes. The name holds what it is over, so that a
declaration that changes gets another index, and the old one is dropped. Each costs whatever writes
the table, so that one over some texts is left out where another is over these and more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final
from zlib import crc32

from psycopg import sql
from sqlalchemy import (
    ColumnElement,
    Connection,
    Enum,
    Integer,
    String,
    Table,
    Text,
    cast,
    func,
    inspect,
    literal_column,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapper, RelationshipProperty

from core.db.grants import execute

PREFIX: Final = "search_"
"""How the names of these indexes begin."""

_LONGEST_NAME: Final = 40
_EMPTY: Final = literal_column("''")
_GAP: Final = literal_column("' '")
_EXISTING: Final = text(
    "SELECT indexname FROM pg_catalog.pg_indexes"
    " WHERE schemaname = :schema AND indexname LIKE 'search\\_%'"
)
# Whether some whole index begins with this column, so that the rows of one value are at hand.
_IS_INDEXED: Final = text(
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_index AS i"
    " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
    " WHERE i.indrelid = to_regclass(:table) AND a.attname = :column AND i.indpred IS NULL)"
)


@dataclass(frozen=True, slots=True)
class Step:
    """A reference that a search follows: the column here, and the key of the row that it names."""

    column: str
    target: type[Any]
    target_key: str


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search for records of a model looks into: texts of its own, and of those that it
    refers to. Where they are some of the texts that another looks into, `within` names those: one
    index over them serves both."""

    model: type[Any]
    columns: tuple[str, ...]
    references: tuple[tuple[Step, Searched], ...] = ()
    within: tuple[str, ...] = ()

    @property
    def table(self) -> Table:
        """Where its records are."""
        return self.model.__table__

    @property
    def indexed(self) -> tuple[str, ...]:
        """What that index is over."""
        return self.within or self.columns

    @property
    def index(self) -> str:
        """The name of the index that its own texts are looked for in."""
        return self._name(*self.indexed)

    def reference_index(self, step: Step) -> str:
        """The name of the index over a reference, where the table itself has none."""
        return self._name("->", step.column)

    def indexes(self) -> Iterator[str]:
        """The names of all that may be there for it."""
        yield self.index
        yield from (self.reference_index(step) for step, _ in self.references)

    def _name(self, *over: str) -> str:
        digest = f"{crc32(' '.join(over).encode()):08x}"
        return f"{PREFIX}{self.table.name[:_LONGEST_NAME]}_{digest}"

    def everything(self) -> Iterator[Searched]:
        """This and all that it refers to."""
        yield self
        for _, referred in self.references:
            yield from referred.everything()


Widest = tuple[tuple[type[Any], tuple[str, ...]], ...]
"""By model, the most of its texts that one index is over."""


def widest(declared: Iterable[tuple[str, type[Any], Iterable[str]]]) -> Widest:
    """The widest index of each model, of what resources declare: their addon, their model and the
    names. Only the addon whose table it is makes one that others can count on."""
    found: dict[type[Any], tuple[str, ...]] = {}
    for addon, model, names in declared:
        columns = searched(model, names).columns
        if model.__table__.schema == addon and len(columns) > len(found.get(model, ())):
            found[model] = columns
    return tuple(found.items())


def searched(model: type[Any], names: Iterable[str], wide: Widest = ()) -> Searched:
    """What these attributes, dotted through many-to-one relationships, come to. Names that the
    model lacks, secrets, and values that are no text or whole number are passed over. Texts that
    one of the `wide` indexes is over need none of their own."""
    mapper: Mapper[Any] = inspect(model)
    own: list[str] = []
    behind: dict[str, list[str]] = {}
    for name in names:
        first, _, rest = name.partition(".")
        if rest:
            behind.setdefault(first, []).append(rest)
        elif (column := mapper.columns.get(first)) is not None and _is_text(column):
            own.append(first)
    references = [
        (step, searched(step.target, rest, wide))
        for name, rest in behind.items()
        if (step := _step(mapper, name)) is not None
    ]
    wider = dict(wide).get(model, ())
    within = wider if own and set(own) < set(wider) else ()
    return Searched(model, tuple(own), tuple(references), within)


def document(entity: Any, columns: Iterable[str]) -> ColumnElement[str]:
    """The searched form of a row's texts, exactly as its index has it. `entity` is the model or
    an alias of it."""
    texts = [func.coalesce(cast(getattr(entity, name), Text), _EMPTY) for name in columns]
    return func.core.fold(reduce(lambda all_, one: all_.op("||")(_GAP).op("||")(one), texts))


def attach(
    connection: Connection,
    schema: str,
    own: Iterable[Searched],
    everybody: Iterable[Searched],
) -> None:
    """Make the indexes that an addon's resources (`own`) need, and drop those in its schema that
    no resource needs any more (`everybody` are those of all addons, which may refer to it).

    Repeatable; `connection` belongs to the owner role.
    """
    for part in _parts(own):
        if part.table.info.get("view"):
            continue
        existing = _existing(connection, part.table.schema)
        if part.columns and part.index not in existing:
            _index_texts(connection, part)
        for step, _ in part.references:
            if part.reference_index(step) not in existing:
                _index_reference(connection, part, step)
    needed = {name for part in _parts(everybody) for name in part.indexes()}
    for name in sorted(_existing(connection, schema) - needed):
        execute(connection, "DROP INDEX {index}", index=sql.Identifier(schema, name))


def _parts(all_searched: Iterable[Searched]) -> Iterator[Searched]:
    for one in all_searched:
        yield from one.everything()


def _existing(connection: Connection, schema: str | None) -> set[str]:
    return set(connection.execute(_EXISTING, {"schema": schema}).scalars())


def _index_texts(connection: Connection, part: Searched) -> None:
    expression = document(part.model, part.indexed).compile(
        dialect=postgresql.dialect(), compile_kwargs={"include_table": False}
    )
    execute(
        connection,
        "CREATE INDEX {index} ON {table} USING gin (({expression}) core.gin_trgm_ops)",
        index=sql.Identifier(part.index),
        table=sql.Identifier(part.table.schema or "", part.table.name),
        expression=sql.SQL(str(expression)),  # type: ignore[arg-type], made of declared names
    )


def _index_reference(connection: Connection, part: Searched, step: Step) -> None:
    """An index to find referring rows by, where none of the table's own serves."""
    column = inspect(part.model).columns[step.column].name
    at = {"table": f'"{part.table.schema}"."{part.table.name}"', "column": column}
    if not connection.execute(_IS_INDEXED, at).scalar_one():
        execute(
            connection,
            "CREATE INDEX {index} ON {table} ({column})",
            index=sql.Identifier(part.reference_index(step)),
            table=sql.Identifier(part.table.schema or "", part.table.name),
            column=sql.Identifier(column),
        )


def _step(mapper: Mapper[Any], name: str) -> Step | None:
    relationship = mapper.relationships.get(name)
    if not isinstance(relationship, RelationshipProperty) or relationship.uselist:
        return None
    pairs = relationship.local_remote_pairs or []
    if len(pairs) != 1:
        return None
    local, remote = pairs[0]
    target: Mapper[Any] = relationship.mapper
    return Step(
        mapper.get_property_by_column(local).key,  # type: ignore[arg-type]
        target.class_,
        target.get_property_by_column(remote).key,  # type: ignore[arg-type]
    )


def _is_text(column: Any) -> bool:
    # Other types are written in a way that depends on the connection's settings.
    is_text = isinstance(column.type, String) and not isinstance(column.type, Enum)
    return (is_text or isinstance(column.type, Integer)) and not column.info.get("secret")
