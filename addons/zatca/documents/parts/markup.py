"""Elements as lines of text in canonical form: no self-closed elements, attributes escaped, four
blanks for each level. So the hash is taken of the text as it is assembled."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from addons.zatca.documents.figures import written
from addons.zatca.documents.texts import escaped, trimmed

INDENT: Final = "    "

Lines = list[str]


def leaf(name: str, text: str, attributes: str = "") -> str:
    """An element of text that needs no escaping: codes and figures."""
    return f"<{name}{attributes}>{text}</{name}>"


def block(name: str, *children: str | Iterable[str]) -> Lines:
    """An element around others: single lines, or blocks."""
    lines = [f"<{name}>"]
    for child in children:
        if isinstance(child, str):
            lines.append(INDENT + child)
        else:
            lines += [INDENT + line for line in child]
    lines.append(f"</{name}>")
    return lines


def text(name: str, value: str, field: str) -> Lines:
    """An element of free text, or nothing where there is none; `field` is what errors name."""
    value = trimmed(value)
    return [leaf(name, escaped(value, field))] if value else []


def amount(name: str, value: Decimal, currency: str) -> str:
    """An element of money."""
    return leaf(name, written(value), f' currencyID="{currency}"')


def tax_scheme() -> Lines:
    """What every VAT category and registration is of."""
    return block("cac:TaxScheme", leaf("cbc:ID", "VAT"))
