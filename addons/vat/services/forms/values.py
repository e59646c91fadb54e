"""What a return form is: boxes as data. `services/filing/figures.py` fills them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Column = Literal["base", "adjustment", "duty", "tax"]
Side = Literal["output", "input", "none"]

Term = tuple[str, Column, int]
"""A box, one of its columns, and 1 or -1."""


@dataclass(frozen=True, slots=True)
class Box:
    """A row of a form, with the title that the authority printed, in both languages.

    It shows its `columns`. What is in it comes from lines of the `treatments`, whose taxes are the
    box's tax and whose `duties` its duty; from the `sums` of other boxes, column by column; or
    from a `formula`, for its tax alone. `takes` says which signs of tax lines it reports: all of
    them, only those on the usual side, or only what goes the other way, such as credit notes.
    """

    key: str
    title: str
    local: str
    section: str = ""
    columns: tuple[Column, ...] = ("base", "tax")
    treatments: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    formula: tuple[Term, ...] = ()
    takes: Literal["all", "usual", "opposite"] = "all"
    legs: Literal["own", "counter", "both"] = "own"
    number: str = ""

    @property
    def shown_number(self) -> str:
        """The number as it is printed."""
        return self.number or self.key


@dataclass(frozen=True, slots=True)
class Form:
    """A return form. `law` names where it comes from.

    `opposite` says what becomes of credit notes: a column of its own, boxes of their own, or the
    box that the sale is in. `corrections` is the box that takes the tax of entries of periods that
    were filed before ("" for their own boxes); beyond `correction_limit` the earlier return has to
    be amended instead. `due` is the day of the following month by which it is filed, 0 for its
    last. `carried` is the box of the credit that was brought forward, `net` what is to be paid;
    `also_due` are boxes of other taxes to be paid with it.
    """

    key: str
    title: str
    local: str
    language: str
    law: str
    boxes: tuple[Box, ...]
    net: str
    due: int
    opposite: Literal["column", "boxes", "same"] = "same"
    corrections: str = ""
    correction_limit: Decimal | None = None
    carried: str = ""
    also_due: tuple[str, ...] = ()
    titles: Mapping[Column, tuple[str, str]] = field(default_factory=dict)

    def box(self, key: str) -> Box:
        """The box of this key; raises KeyError for none."""
        return next(box for box in self.boxes if box.key == key) if key in self.keys else _no(key)

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all boxes."""
        return frozenset(box.key for box in self.boxes)


def _no(key: str) -> Box:
    raise KeyError(key)
