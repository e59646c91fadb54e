"""That a resource can be imported, and what tells its records apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Importing:
    """A resource takes CSV and XLSX files: `Resource(importing=Importing(key=("code",)))`.

    `key` names the form's fields whose values together belong to one record alone: a row with a
    known key changes that record instead of making another, and in a document the rows with the
    same key are its lines. Without one, files need a column that is matched to the external id.
    A row that leaves a part of the key empty is a new record, but for the parts named in
    `may_be_empty`: there, nothing is a value as any other.
    `synonyms` are further titles that the column of a field may have, in any language:
    `(("code", "SKU"), ("code", "رمز الصنف"))`.

    Records of others that a file names and that there are not can be made where a key of one field
    is all that they need. `make(session, text)` is for those that need more: it returns the record
    that the text means and those that it had to make, in the order in which they were made.

    `takes_along` names resources whose records are made and deleted with those of this one, as the
    template of a product is: they do not stand in the way when an import is undone.
    """

    key: tuple[str, ...] = ()
    may_be_empty: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()
    takes_along: tuple[str, ...] = ()
    make: Callable[[Session, str], tuple[Any, Sequence[Any]]] | None = None
