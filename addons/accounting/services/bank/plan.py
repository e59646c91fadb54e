"""What would become of a bank file, before anything of it is kept."""

from __future__ import annotations

from dataclasses import dataclass

from addons.accounting.services.bank.values import BankLine, BankStatement


@dataclass(frozen=True, slots=True)
class PlannedStatement:
    """What would become of a statement: the lines that are new, and how many are known."""

    statement: BankStatement
    new: tuple[tuple[BankLine, str], ...]
    known: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of a file. `warnings` are to be accepted before it is kept."""

    bank_account_id: int
    format: str
    file_name: str
    digest: str
    statements: tuple[PlannedStatement, ...]
    notes: tuple[str, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """All sentences to be accepted, each once."""
        return tuple(dict.fromkeys(w for planned in self.statements for w in planned.warnings))

    @property
    def new_lines(self) -> int:
        """How many movements would be added."""
        return sum(len(planned.new) for planned in self.statements)

    @property
    def known_lines(self) -> int:
        """How many are known already."""
        return sum(planned.known for planned in self.statements)
