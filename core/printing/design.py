"""How a company wants its paper: the letterhead, and the design of each kind of document.

Kept as JSON; what is missing or no longer known is the shipped default, so that a design of last
year still prints.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal, TypeVar, get_args, get_type_hints

from core.errors import InvalidInput, Problem
from core.i18n.phrases import phrase

Paper = Literal["a4", "us-letter", "a5"]
Density = Literal["comfortable", "compact"]
LogoPlace = Literal["start", "end", "above"]

LONGEST: Final = 2000
"""Letters of one text; terms and conditions fit, novels do not."""
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_LEAST_CONTRAST: Final = 3.0


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What all documents of a company share in one language. `logo` is a stored file's digest."""

    company: str = ""
    address: str = ""
    numbers: str = ""
    contact: str = ""
    bank: str = ""
    footer: str = ""
    logo: str = ""
    logo_type: str = ""
    logo_place: LogoPlace = "start"
    logo_height: int = 18
    colour: str = "#1f4e79"
    paper: Paper = "a4"
    second_language: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands under the company's name."""
        texts = (self.address, self.numbers, self.contact)
        return tuple(line.strip() for text in texts for line in text.split("\n") if line.strip())


SHARED: Final = (
    "logo", "logo_type", "logo_place", "logo_height", "colour", "paper", "second_language"
)  # fmt: skip
"""Parts of the letterhead that have no language; they are kept with the one of no language."""


@dataclass(frozen=True, slots=True)
class Design:
    """How one kind of document looks in one language. `hidden` names the fields and columns left
    out; `paper` and `second_language` follow the letterhead when empty."""

    title: str = ""
    paper: str = ""
    landscape: bool = False
    density: Density = "comfortable"
    second_language: str = ""
    letterhead: bool = True
    blank_head: int = 35
    hidden: tuple[str, ...] = ()
    numbered: bool = True
    totals: bool = True
    in_words: bool = True
    bank: bool = True
    codes: bool = True
    page_numbers: bool = True
    copy_mark: bool = False
    intro: str = ""
    terms: str = ""
    signatures: tuple[str, ...] = ()


Kind = TypeVar("Kind", Letterhead, Design)


def read(kind: type[Kind], stored: Mapping[str, Any]) -> Kind:
    """The settings that were kept; raises InvalidInput naming every one that cannot be used."""
    problems: list[Problem] = []
    values = {}
    hints = get_type_hints(kind)
    for field in fields(kind):
        if field.name not in stored:
            continue
        value = stored[field.name]
        problem = _problem(field.name, hints[field.name], value)
        if problem:
            problems.append(Problem(field.name, problem))
        else:
            values[field.name] = tuple(value) if isinstance(value, list) else value
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))
    return kind(**values)


def write(settings: Letterhead | Design) -> dict[str, Any]:
    """What is kept of the settings: only what differs from the shipped ones."""
    shipped = asdict(type(settings)())
    given = asdict(settings)
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in given.items()
        if value != shipped[name]
    }


def _problem(name: str, hint: Any, value: Any) -> str:
    choices = get_args(hint)
    if name == "colour":
        return _colour_problem(value)
    if name == "paper" and not value:
        return ""
    if name == "paper":
        choices = get_args(Paper)
    if hint is bool:
        return "" if isinstance(value, bool) else phrase("This must be yes or no.")
    if hint is int:
        low, high = (5, 60) if name == "logo_height" else (0, 120)
        within = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return "" if within else phrase("Write a number from {low} to {high}.", low=low, high=high)
    if name in ("hidden", "signatures"):
        texts = isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
        short = texts and len(value) <= 60 and all(len(item) <= 100 for item in value)
        return "" if short else phrase("These are too many, or too long.")
    if choices and all(isinstance(choice, str) for choice in choices):
        allowed = ", ".join(choices)
        return (
            "" if value in choices else phrase("This must be one of: {choices}.", choices=allowed)
        )
    if not isinstance(value, str) or "\x00" in value:
        return phrase("This must be text.")
    too_long = len(value) > LONGEST
    return phrase("Write at most {limit} letters.", limit=LONGEST) if too_long else ""


def _colour_problem(value: Any) -> str:
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        return phrase("Write a colour such as #1f4e79.")
    if contrast_with_white(value) < _LEAST_CONTRAST:
        return phrase("This colour is too light to be read on white paper. Choose a darker one.")
    return ""


def contrast_with_white(colour: str) -> float:
    """The contrast ratio of WCAG 2.1 between a colour such as #1f4e79 and white."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)
