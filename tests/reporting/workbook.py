"""A workbook's own arithmetic: reads cells and formulas, and works the formulas out anew, as a
spreadsheet does when it opens the file. What the addon's formulas use, and nothing more."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

_NS = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
_CELL = re.compile(r"\b([A-Z]{1,3})(\d+)(?::([A-Z]{1,3})(\d+))?")


@dataclass(frozen=True, slots=True)
class Cell:
    """What is stored: a value, and the formula that it was worked out by."""

    value: str
    formula: str
    is_text: bool


class Workbook:
    """The first sheet of a file."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            self.cells = _cells(parts)
        self._known: dict[str, float] = {}

    def formulas(self) -> dict[str, str]:
        """By cell."""
        return {name: cell.formula for name, cell in self.cells.items() if cell.formula}

    def stored(self, name: str) -> float:
        """The value in the file."""
        return float(self.cells[name].value)

    def worked_out(self, name: str) -> float:
        """The value that the formulas give, from nothing but the cells they name."""
        cell = self.cells.get(name)
        if cell is None or cell.is_text or (not cell.formula and not cell.value):
            return 0.0
        if not cell.formula:
            return float(cell.value)
        if name not in self._known:
            self._known[name] = self._evaluate(cell.formula)
        return self._known[name]

    def _evaluate(self, formula: str) -> float:
        def filled(match: re.Match[str]) -> str:
            column, line, last_column, last_line = match.groups()
            if last_column is None:
                return repr(self.worked_out(f"{column}{line}"))
            assert column == last_column, formula
            values = (
                self.worked_out(f"{column}{at}") for at in range(int(line), int(last_line) + 1)
            )
            return repr(sum(values))

        plain = _CELL.sub(filled, formula.lstrip("="))
        condition = re.fullmatch(r'IF\((.+?)=0,"",(.+)\)', plain)
        if condition is not None:
            return 0.0 if float(condition[1]) == 0 else self._evaluate_plain(condition[2])
        return self._evaluate_plain(plain)

    def _evaluate_plain(self, plain: str) -> float:
        names = {"SUM": lambda *values: sum(values), "ABS": abs}
        assert re.fullmatch(r"[-+*/(),.\deE SUMABS]*", plain), plain
        return float(eval(plain, {"__builtins__": {}}, names))  # noqa: S307, checked above


def _cells(parts: zipfile.ZipFile) -> dict[str, Cell]:
    shared = [
        "".join(node.itertext()) for node in etree.fromstring(parts.read("xl/sharedStrings.xml"))
    ]
    sheet = etree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    found = {}
    for node in sheet.iterfind(".//x:c", _NS):
        value, formula = node.find("x:v", _NS), node.find("x:f", _NS)
        text = "" if value is None or value.text is None else value.text
        is_shared = node.get("t") == "s"
        found[node.get("r", "")] = Cell(
            shared[int(text)] if is_shared else text,
            "" if formula is None or formula.text is None else formula.text,
            is_shared,
        )
    return found
