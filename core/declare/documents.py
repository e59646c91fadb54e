"""What a document can declare beyond its fields: where it leads to, and how it is duplicated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Related:
    """A record that belongs to another one's story, as the graph of related documents shows it.

    `resource` is its full name such as `accounting.entries`, `key` its primary key, and `title`
    says what it is to the record: "Reversed by". `before` puts it ahead of the record, as an
    order stands before its invoice. One without a key is left out, so that a column which may
    be empty can be named as it is.
    """

    resource: str
    key: Any
    title: str
    before: bool = False


@dataclass(frozen=True, slots=True)
class Duplicate:
    """How a record is duplicated, by whoever may create one.

    The form opens with the record's values in it, and nothing exists until it is saved. Left
    out are what cannot be there twice (a column that is unique by itself), what nobody types,
    secrets, and the fields named here, which get their initial values.

    `run(session, record) -> copy` makes the copy by a service instead, where a document holds
    more than its form shows; its own form is opened then. `offered` False means: not at all.
    """

    leave_out: tuple[str, ...] = ()
    run: Callable[[Session, Any], Any] | None = None
    offered: bool = True
