"""That a resource can be imported, and what tells its records apart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Importing:
    """A resource takes CSV and XLSX files: `Resource(importing=Importing(key=("code",)))`.

    `key` names the form's fields whose values together belong to one record alone: a row with a
    known key changes that record instead of making another, and in a document the rows with the
    same key are its lines. Without one, files need a column that is matched to the external id.
    `synonyms` are further titles that the column of a field may have, in any language:
    `(("code", "SKU"), ("code", "رمز الصنف"))`.
    """

    key: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()
