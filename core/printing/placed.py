"""Labels that somebody designed: texts, codes, the logo and lines, each at its place on a label.

A design is data, kept as JSON and checked when it is read. `{name}` in a text stands for a field of
the record; what is printed is set as text, never read as a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal, cast, get_args

from core.errors import AppError, InvalidInput
from core.i18n.phrases import phrase
from core.printing.codes import SYMBOLOGIES, Symbology, svg_of, symbology_of
from core.printing.labels import LabelFormat

ElementKind = Literal["text", "code", "logo", "line", "box"]
Align = Literal["left", "center", "right"]
ELEMENT_KINDS: Final[tuple[ElementKind, ...]] = get_args(ElementKind)
MOST_ELEMENTS: Final = 60
_LONGEST: Final = 300
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_LEAST: Final = 0.1


@dataclass(frozen=True, slots=True)
class Element:
    """Something on a label, measured in mm from the label's upper left corner.

    `text` is what a text says or a code holds. `size` is the height of letters in points, made
    smaller where a text would not fit. `symbology` is that of a code, "auto" for the barcode that
    fits; `caption` writes it out below its bars. `thickness` is that of a line or a box in mm.
    """

    kind: ElementKind
    x: float = 0.0
    y: float = 0.0
    width: float = 20.0
    height: float = 5.0
    text: str = ""
    size: float = 8.0
    bold: bool = False
    align: Align = "left"
    symbology: str = "auto"
    caption: bool = True
    thickness: float = 0.3


@dataclass(frozen=True, slots=True)
class Filled:
    """An element with what it shows of one record: a text, or the drawing of a code."""

    element: Element
    text: str = ""
    svg: str = ""
    symbology: Symbology | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """A designed label: the paper, and what stands on it."""

    paper: LabelFormat
    elements: tuple[Element, ...]

    @property
    def placeholders(self) -> frozenset[str]:
        """The fields that it shows."""
        return frozenset(name for one in self.elements for name in _PLACEHOLDER.findall(one.text))


def read_elements(
    stored: Any, paper: LabelFormat, known: Iterable[str] = ()
) -> tuple[Element, ...]:
    """Elements from JSON. Raises InvalidInput, naming `elements.<number>.<field>`, for what is no
    element, lies beyond the label, or names a field that is not among the `known`."""
    if not isinstance(stored, list) or len(stored) > MOST_ELEMENTS:
        raise InvalidInput.of(
            "elements", phrase("A label has at most {limit} elements.", limit=MOST_ELEMENTS)
        )
    names = frozenset(known)
    return tuple(_element(place, one, paper, names) for place, one in enumerate(stored))


def write_elements(elements: Sequence[Element]) -> list[dict[str, Any]]:
    """The elements as JSON keeps them."""
    return [asdict(one) for one in elements]


def fill(elements: Sequence[Element], values: Mapping[str, str]) -> tuple[Filled, ...]:
    """What a label shows of a record. Lines of a text of which all fields are empty are left out,
    and so are codes that hold nothing. Raises InvalidInput for a text that its code cannot hold."""
    return tuple(made for one in elements if (made := _filled(one, values)) is not None)


def _filled(element: Element, values: Mapping[str, str]) -> Filled | None:
    if element.kind in ("logo", "line", "box"):
        return Filled(element)
    if element.kind == "text":
        text = "\n".join(
            line for given in element.text.split("\n") if (line := _line(given, values)).strip()
        )
        return Filled(element, text) if text else None
    text = _line(element.text, values).strip()
    if not text:
        return None
    named = element.symbology
    symbology = symbology_of(text) if named == "auto" else cast("Symbology", named)
    try:
        return Filled(element, text, svg_of(text, symbology), symbology)
    except AppError as error:
        raise InvalidInput.of(
            "elements",
            phrase(
                "The code of “{text}” cannot be drawn: {why}", text=text[:60], why=error.message
            ),
        ) from error


def _line(given: str, values: Mapping[str, str]) -> str:
    names = _PLACEHOLDER.findall(given)
    if names and not any(values.get(name, "") for name in names):
        return ""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], ""), given)


def _element(place: int, given: Any, paper: LabelFormat, known: frozenset[str]) -> Element:
    def wrong(field: str, message: str) -> InvalidInput:
        return InvalidInput.of(f"elements.{place}.{field}", message)

    if not isinstance(given, dict) or given.get("kind") not in ELEMENT_KINDS:
        raise wrong("kind", phrase("This is nothing that stands on a label."))
    made: dict[str, Any] = {}
    for one in fields(Element):
        value = given.get(one.name, getattr(_SHIPPED, one.name))
        made[one.name] = _checked(one.name, value, wrong)
    element = Element(**made)
    if element.x + element.width > paper.width + 0.05:
        raise wrong("width", phrase("This reaches beyond the label, which is {size} mm wide.",
                                    size=f"{paper.width:g}"))  # fmt: skip
    if element.y + element.height > paper.height + 0.05:
        raise wrong("height", phrase("This reaches beyond the label, which is {size} mm high.",
                                     size=f"{paper.height:g}"))  # fmt: skip
    unknown = [one for one in _PLACEHOLDER.findall(element.text) if known and one not in known]
    if unknown:
        raise wrong("text", phrase("There is no field {name}.", name=unknown[0]))
    return element


_SHIPPED: Final = Element("text")
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": ELEMENT_KINDS,
    "align": get_args(Align),
    "symbology": ("auto", *SYMBOLOGIES),
}
_RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "x": (0, 1000),
    "y": (0, 1000),
    "width": (_LEAST, 1000),
    "height": (_LEAST, 1000),
    "size": (3, 200),
    "thickness": (_LEAST, 20),
}


def _checked(name: str, value: Any, wrong: Any) -> Any:
    if name in _CHOICES:
        if value not in _CHOICES[name]:
            choices = ", ".join(_CHOICES[name])
            raise wrong(name, phrase("This must be one of: {choices}.", choices=choices))
        return value
    if name in _RANGES:
        low, high = _RANGES[name]
        is_figure = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_figure or not low <= value <= high:
            raise wrong(
                name,
                phrase("Write a number from {low} to {high}.", low=f"{low:g}", high=f"{high:g}"),
            )
        return round(float(value), 3)
    if name in ("bold", "caption"):
        if not isinstance(value, bool):
            raise wrong(name, phrase("This must be yes or no."))
        return value
    if not isinstance(value, str) or len(value) > _LONGEST or "\x00" in value:
        raise wrong(name, phrase("Write at most {limit} letters.", limit=_LONGEST))
    return value
