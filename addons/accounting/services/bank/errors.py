"""What can be wrong with a bank file, and with what is asked of a bank account."""

from __future__ import annotations

from core.api import Conflict, InvalidInput, NotFound, Problem, phrase


class BankFileIsUnreadable(InvalidInput):
    """The file cannot be read as a bank statement; nothing of it is kept."""

    code = "bank-file-unreadable"


class BankFileIsAmbiguous(InvalidInput):
    """The file can be read in more than one way; `question` names what has to be answered."""

    code = "bank-file-ambiguous"

    def __init__(self, message: str, question: str, *, fix: str = "") -> None:
        super().__init__(message, fix=fix, problems=(Problem(question, message),))
        self.question = question


class StatementDoesNotFit(InvalidInput):
    """The statement belongs to another account, or to another currency."""

    code = "bank-statement-does-not-fit"


class BankLineIsDone(Conflict):
    """The line is matched already, or somebody is matching it."""

    code = "bank-line-done"


class BankLineNotFound(NotFound):
    """There is no such line, account or statement."""

    code = "bank-line-not-found"


def unreadable(message: str, *, fix: str = "") -> BankFileIsUnreadable:
    """The file is refused; the sentence says why."""
    return BankFileIsUnreadable(message, fix=fix, problems=(Problem("file", message),))


def unreadable_at(where: str, message: str, *, fix: str = "") -> BankFileIsUnreadable:
    """The file is refused because of what stands in one place of it."""
    return unreadable(phrase("{where}: {what}", where=where, what=message), fix=fix)


def ask_day_order(example: str) -> BankFileIsAmbiguous:
    """Nobody can tell day from month in this file."""
    return BankFileIsAmbiguous(
        phrase("Is {example} written day first or month first?", example=example),
        "day_order",
        fix=phrase("Choose how the file writes its dates."),
    )
