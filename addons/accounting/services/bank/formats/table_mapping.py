"""How one bank writes its tables: which column is what, remembered with the bank account."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

from addons.accounting.services.bank.formats.table_cells import DAY_ORDERS
from core.api import ENCODINGS, InvalidInput, Problem, Row, msg, phrase

ROLES: Final = (
    ("date", msg("Date")),
    ("value_date", msg("Value date")),
    ("amount", msg("Amount")),
    ("debit", msg("Money out")),
    ("credit", msg("Money in")),
    ("sign", msg("Debit or credit mark")),
    ("balance", msg("Balance")),
    ("currency", msg("Currency")),
    ("original_amount", msg("Original amount")),
    ("original_currency", msg("Original currency")),
    ("text", msg("Text")),
    ("name", msg("Name of the other party")),
    ("account", msg("Account of the other party")),
    ("reference", msg("Reference")),
    ("bank_id", msg("Bank's own number")),
)
"""What a column can be. Several columns can be text; every other role is one column's."""
_NAMES: Final = frozenset(name for name, _ in ROLES)


@dataclass(frozen=True, slots=True)
class TableMapping:
    """`columns` holds the role of each column, empty where it is not used. `header` is the line of
    the titles, 0 where there are none; `day_order` is empty where it must be asked.

    `inverse` turns every sign round (cards state what is owed). With `signed_debit` the column of
    money out is written with its minus already.
    """

    columns: tuple[str, ...]
    header: int = 1
    encoding: str = ""
    separator: str = ""
    decimal: str = "."
    day_order: str = ""
    inverse: bool = False
    signed_debit: bool = False
    titles: str = ""

    def place(self, role: str) -> int | None:
        """The column of a role, or None."""
        return self.columns.index(role) if role in self.columns else None

    def places(self, role: str) -> list[int]:
        """All columns of a role."""
        return [place for place, name in enumerate(self.columns) if name == role]

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the bank account."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> TableMapping:
        """What `to_json` gave; raises InvalidInput for what it cannot have given."""
        known = {field.name for field in fields(cls)}
        given = {name: value for name, value in data.items() if name in known}
        mapping = cls(**{**given, "columns": tuple(str(c) for c in given.get("columns", ()))})
        require_usable(mapping)
        return mapping

    def fits(self, rows: tuple[Row, ...]) -> bool:
        """Whether a file has the titles that this was made for."""
        if not self.header:
            return self.titles == "" and any(len(row.cells) >= len(self.columns) for row in rows)
        return titles_mark(rows, self.header) == self.titles


def titles_mark(rows: tuple[Row, ...], header: int) -> str:
    """A short mark of the titles in a line; empty where there is no such line."""
    row = next((row for row in rows if row.line == header), None)
    if row is None:
        return ""
    titles = "\x1f".join(" ".join(cell.split()).casefold() for cell in row.cells).rstrip("\x1f")
    return hashlib.sha256(titles.encode()).hexdigest()[:32]


def require_usable(mapping: TableMapping) -> None:
    """Raise InvalidInput where a mapping cannot give lines: each problem names its field."""
    problems = []
    unknown = [role for role in mapping.columns if role and role not in _NAMES]
    if unknown:
        problems.append(Problem("columns", phrase("There is no role {role}.", role=unknown[0])))
    if "date" not in mapping.columns:
        problems.append(Problem("columns", phrase("Choose the column of the date.")))
    if not {"amount", "debit", "credit"} & set(mapping.columns):
        problems.append(Problem("columns", phrase("Choose the column of the amount.")))
    twice = {r for r in mapping.columns if r and r != "text" and mapping.columns.count(r) > 1}
    if twice:
        problems.append(
            Problem("columns", phrase("Two columns are chosen as {role}.", role=min(twice)))
        )
    if mapping.decimal not in (".", ","):
        problems.append(Problem("decimal", phrase("The decimal mark is a point or a comma.")))
    if mapping.day_order not in ("", *DAY_ORDERS):
        problems.append(Problem("day_order", phrase("Choose how the file writes its dates.")))
    if mapping.encoding and mapping.encoding not in dict(ENCODINGS):
        problems.append(Problem("encoding", phrase("Choose one of the encodings.")))
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))


def with_columns(mapping: TableMapping, columns: dict[int, str]) -> TableMapping:
    """The mapping with other roles for some columns."""
    width = max([len(mapping.columns), *(place + 1 for place in columns)])
    roles = [*mapping.columns, *([""] * (width - len(mapping.columns)))]
    for place, role in columns.items():
        roles[place] = role
    return replace(mapping, columns=tuple(roles))
