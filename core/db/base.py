"""The base of every table: how models are declared and what each business table has.

Each addon's tables live in the PostgreSQL schema that bears its name.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Numeric, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry

from core.clock import utc_now

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """Base class of all tables, the kernel's and the addons'.

    `Decimal` is NUMERIC without a scale: the currency or unit decides the digits, and the
    service rounds before it writes. `datetime` is always with time zone, in UTC.

    Table options understood by the kernel, in `__table_args__ = {"info": {...}}`:
    `runtime`: what the runtime role may do ("SELECT, INSERT" for append-only tables);
    `audit`: "all" (default), "changes" (updates and deletes, for append-mostly tables whose
    rows say themselves who made them), "own" (the addon's migrations call core.audit_row by
    triggers of their own, for deletions at least) or "none" (logs and caches that are no
    business data).
    `stamped`: True for settings that hardly ever change and are asked for all the time
    (core.db.cached);
    `view`: True for a view that migrations make, which has no indexes and is only read.
    """

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        Decimal: Numeric(),
        datetime: DateTime(timezone=True),
        str: Text(),
        int: BigInteger(),
        dict[str, Any]: JSONB(),
        list[str]: JSONB(),
    }

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Give each schema a registry of its own, so that names of classes in annotations mean
        those of the same addon: sales and purchases both have an OrderLine."""
        cls._sa_registry = _registry_of(_schema_of(cls))
        super().__init_subclass__(**kwargs)


def _schema_of(model: type) -> str:
    arguments = vars(model).get("__table_args__", ())
    given = arguments if isinstance(arguments, tuple) else (arguments,)
    return given[-1].get("schema", "") if given and isinstance(given[-1], dict) else ""


_REGISTRIES: dict[str, registry] = {}


def _registry_of(schema: str) -> registry:
    if schema not in _REGISTRIES:
        _REGISTRIES[schema] = registry(
            metadata=Model.metadata, type_annotation_map=Model.type_annotation_map
        )
    return _REGISTRIES[schema]


def registries() -> list[registry]:
    """The registries of mappers in this process, one for each schema."""
    return list(_REGISTRIES.values())


class Record:
    """Mixin of every business table: identity, version for safe edits, and when."""

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        # An UPDATE that finds another version fails: nobody's change is silently overwritten.
        return {"version_id_col": cls.version, "eager_defaults": True}


__all__ = ["Model", "Record", "registries", "utc_now"]
