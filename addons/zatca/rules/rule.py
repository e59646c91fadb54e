"""What a rule is, and the families of rules that differ only in element and limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from addons.zatca.rules.document import Document
from addons.zatca.rules.figures import decimals
from addons.zatca.rules.finding import Severity
from addons.zatca.rules.nodes import Node

ERROR = Severity.ERROR
WARNING = Severity.WARNING

Broken = Callable[[Document], Iterable[Node]]
"""Gives the elements in which a document breaks a rule."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the authority: its code, how it is taken, and what a person is told.

    `field` is the name within its owner ("quantity" of a line, "vat_number" of a party); the
    place of a finding says which line or party. One that begins with "/" names itself whole.
    """

    id: str
    severity: Severity
    field: str
    message: str
    remedy: str
    broken: Broken


def rule(
    code: str, severity: Severity, *, field: str, says: str, remedy: str
) -> Callable[[Broken], Rule]:
    """Make a rule of the function that finds where it is broken."""
    return lambda broken: Rule(code, severity, field, says, remedy, broken)


def short(
    code: str,
    where: Callable[[Document], Iterable[Node]],
    path: str,
    *,
    most: int,
    least: int = 0,
    severity: Severity = WARNING,
    field: str,
    says: str,
    remedy: str,
) -> Rule:
    """A rule about the length of what is written at a path, if it is there."""

    def broken(document: Document) -> Iterable[Node]:
        for node in where(document):
            found = node.one(path)
            if found is not None and not least <= len(found.text) <= most:
                yield found

    return Rule(code, severity, field, says, remedy, broken)


def in_cents(
    code: str,
    where: Callable[[Document], Iterable[Node]],
    path: str,
    *,
    field: str,
    says: str,
    remedy: str,
) -> Rule:
    """A rule that an amount has at most two decimals."""

    def broken(document: Document) -> Iterable[Node]:
        return (node for node in where(document) if decimals(node.value(path)) > 2)

    return Rule(code, WARNING, field, says, remedy, broken)


def present(
    code: str,
    where: Callable[[Document], Iterable[Node]],
    path: str,
    *,
    severity: Severity,
    filled: bool = False,
    field: str,
    says: str,
    remedy: str,
) -> Rule:
    """A rule that an element is there; with `filled`, that something is written in it."""

    def broken(document: Document) -> Iterable[Node]:
        return (
            node for node in where(document) if not (node.says(path) if filled else node.has(path))
        )

    return Rule(code, severity, field, says, remedy, broken)
