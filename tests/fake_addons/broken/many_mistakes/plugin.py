"""Each declaration is wrong in its own way; all are to be named at once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.api import (
    Extension,
    Job,
    MenuItem,
    Model,
    OptionSet,
    Permission,
    Record,
    Role,
    hookimpl,
)

STRANGE = Permission("garden.plant.read", "Not its own")
UNKNOWN = Permission("many_mistakes.never.declared", "Forgotten")


@dataclass
class Loose:
    """Not frozen, and without a default."""

    size: int


class NoProtocol:
    """A plain class."""


class Misplaced(Record, Model):
    """In a schema that is not the addon's, with a foreign key to another stranger."""

    __tablename__ = "misplaced"
    __table_args__ = ({"schema": "elsewhere", "info": {"runtime": "TRUNCATE", "audit": "some"}},)

    plant_id: Mapped[int] = mapped_column(ForeignKey("stranger.plant.id"))


@hookimpl
def register_models() -> list[type]:
    return [Misplaced]


@hookimpl
def register_permissions() -> list[Permission]:
    return [STRANGE, STRANGE]


@hookimpl
def register_roles() -> list[Role]:
    return [Role("many_mistakes.boss", "Boss", ("who.knows.what",))]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [MenuItem("Nowhere", "/many_mistakes", UNKNOWN)]


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("job_without_prefix", "Job", lambda session: None)]


@hookimpl
def register_options() -> list[OptionSet]:
    return [OptionSet(Loose, "Loose")]


@hookimpl
def register_extensions() -> list[Extension]:
    return [Extension(NoProtocol, "key", object())]
