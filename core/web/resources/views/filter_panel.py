"""The panel that adds or changes a filter: a field, an operator, and the values.

`panel=filter` lists the fields, `panel=filter:status__ne` edits one condition, and a third part
names the condition that it takes the place of. Its form sends the list's whole new address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from core.declare import msg
from core.errors import NotFound
from core.i18n import phrase
from core.web.request import Request
from core.web.resources.criteria import parameter
from core.web.resources.culture import PLAIN
from core.web.resources.kinds import Boolean, Choice, Kind, Reference, Text, Unreadable
from core.web.resources.kinds_figures import Day, Moment
from core.web.resources.periods import RELATIVE
from core.web.resources.references import lookup_url, readable, titles_of
from core.web.resources.shape import Filtered
from core.web.resources.views.asking import Asked

PANEL: Final = "panel"
RANGE: Final = "range"
"""Of the panel alone: two bounds, which the address writes as two conditions."""


@dataclass(frozen=True, slots=True)
class FieldLink:
    """A field that can be filtered by."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class OperatorLink:
    """An operator; its link shows the inputs that it needs."""

    title: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Option:
    """A value that can be ticked."""

    value: str
    title: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Editor:
    """The inputs of one condition: `control` says which; `name` is the parameter they send."""

    control: str
    name: str
    input: str = "text"
    options: tuple[Option, ...] = ()
    values: tuple[str, ...] = ()
    low: tuple[str, str] = ("", "")
    high: tuple[str, str] = ("", "")
    lookup: str = ""


_OPERATORS: Final[dict[str, str]] = {
    "during": msg("is in"),
    RANGE: msg("is between"),
    "contains": msg("contains any of"),
    "eq": msg("is any of"),
    "ne": msg("is none of"),
    "begins": msg("begins with"),
    "all": msg("contains all of"),
    "lacks": msg("contains none of"),
    "empty": msg("is empty or not"),
}
_INPUTS: Final = {"date": "date", "datetime": "date", "time": "time"}


def filter_panel(session: Session, request: Request, asked: Asked, what: str) -> Mapping[str, Any]:
    """The fields, or the editor of one condition."""
    if not what:
        return _fields(session, asked)
    wanted, _, replaced = what.partition(":")
    name, _, suffix = wanted.partition("__")
    filtered = asked.fields.filterable.get(name)
    if filtered is None or not _open_to(session, filtered):
        raise NotFound(
            phrase("This list has no filter “{name}”.", name=name[:60]),
            fix="Choose one of the fields that the list offers.",
        )
    operators = operators_of(filtered)
    operator = RANGE if suffix in ("gte", "lte", "gt", "lt") else suffix or operators[0]
    operator = "empty" if operator == "null" else operator
    if operator not in operators:
        operator = operators[0]
    replaced = replaced or (wanted if suffix else "")
    rest = asked.address.without(*_taken(filtered, operator), *_taken_by(replaced), "in")
    return {
        "field": asked.translate(filtered.title),
        "operators": [
            OperatorLink(
                asked.translate(_OPERATORS[item]),
                _panel_url(asked, f"{name}__{item}:{replaced}" if replaced else f"{name}__{item}"),
                item == operator,
            )
            for item in operators
        ],
        "editor": _editor(session, asked, filtered, operator),
        "rest": rest.items,
        "back": _panel_url(asked, ""),
    }


def operators_of(filtered: Filtered) -> list[str]:
    """What can be asked of values of this field, the usual first."""
    kind, found = filtered.kind, list[str]()
    if isinstance(kind, Text):
        found = ["contains", "eq", "ne", "begins", "all", "lacks"]
    elif isinstance(kind, Day | Moment):
        found = ["during", RANGE]
    elif isinstance(kind, Choice | Reference):
        found = ["eq", "ne"]
    elif isinstance(kind, Boolean):
        found = ["eq"]
    elif kind.ranged:
        found = [RANGE, "eq", "ne"]
    may_be_empty = filtered.attribute.nullable or isinstance(kind, Text)
    return [*found, "empty"] if may_be_empty or not found else found


def _fields(session: Session, asked: Asked) -> Mapping[str, Any]:
    first = [item for item in asked.fields.filters if _open_to(session, item)]
    names = {item.name for item in first}
    others = [
        item
        for name, item in asked.fields.filterable.items()
        if name not in names and name != asked.shape.key.name and _open_to(session, item)
    ]

    def links(items: list[Filtered]) -> list[FieldLink]:
        return [
            FieldLink(asked.translate(item.title), _panel_url(asked, item.name)) for item in items
        ]

    return {"first": links(first or others), "others": links(others) if first else []}


def _open_to(session: Session, filtered: Filtered) -> bool:
    """Whether the actor may look up what they would choose from."""
    kind = filtered.kind
    return not isinstance(kind, Reference) or readable(session, kind.resource)


def _panel_url(asked: Asked, what: str) -> str:
    return asked.address.having(PANEL, f"filter:{what}" if what else "filter").url()


def _taken(filtered: Filtered, operator: str) -> list[str]:
    """The parameters that the inputs of this operator send."""
    name = filtered.name
    if operator == RANGE:
        return [f"{name}__gte", f"{name}__lte", f"{name}__gt", f"{name}__lt"]
    if operator == "eq":
        return [parameter(name), f"{name}__eq"]
    return (
        [f"{name}__{operator}", f"{name}__null"] if operator == "empty" else [f"{name}__{operator}"]
    )


def _taken_by(replaced: str) -> list[str]:
    name, _, suffix = replaced.partition("__")
    if suffix in (RANGE, "gte", "lte", "gt", "lt"):
        return [f"{name}__{bound}" for bound in ("gte", "lte", "gt", "lt")]
    return [replaced, name] if suffix == "eq" else [replaced]


def _editor(session: Session, asked: Asked, filtered: Filtered, operator: str) -> Editor:
    taken = _taken(filtered, operator)
    held = [value for name, value in asked.address.items if name in taken]
    name, kind = taken[0], filtered.kind
    if operator == RANGE:
        return _range(asked, filtered)
    if operator == "empty":
        words = {
            "true": asked.translate(msg("is empty")),
            "false": asked.translate(msg("is not empty")),
        }
        return Editor("radio", name, options=_options(words, held[:1] or ["true"]))
    if operator == "during":
        words = {key: asked.translate(title) for key, title in RELATIVE.items()}
        typed = tuple(value for value in held if value not in RELATIVE)
        return Editor("periods", name, options=_options(words, held), values=typed)
    if isinstance(kind, Choice):
        words = {key: asked.translate(kind.labels.get(key, key)) for key in kind.members}
        return Editor("ticks", name, options=_options(words, held))
    if isinstance(kind, Boolean):
        words = {"true": asked.translate(msg("Yes")), "false": asked.translate(msg("No"))}
        return Editor("radio", name, options=_options(words, held[:1] or ["true"]))
    if isinstance(kind, Reference):
        chosen = _chosen(session, kind, held)
        return Editor("lookup", name, options=chosen, lookup=lookup_url(kind.resource))
    return Editor("texts", name, input=_input(kind), values=tuple(held))


def _range(asked: Asked, filtered: Filtered) -> Editor:
    values = dict(asked.address.items)
    name = filtered.name
    low = values.get(f"{name}__gte") or values.get(f"{name}__gt", "")
    high = values.get(f"{name}__lte") or values.get(f"{name}__lt", "")
    return Editor(
        RANGE,
        name,
        input=_input(filtered.kind),
        low=(f"{name}__gte", low),
        high=(f"{name}__lte", high),
    )


def _input(kind: Kind) -> str:
    return _INPUTS.get(kind.control, "text")


def _options(words: Mapping[str, str], held: list[str]) -> tuple[Option, ...]:
    return tuple(Option(key, title, key in held) for key, title in words.items())


def _chosen(session: Session, kind: Reference, held: list[str]) -> tuple[Option, ...]:
    keys: dict[str, Any] = {}
    for text in held:
        try:
            keys[text] = kind.read(text, PLAIN)
        except Unreadable:
            continue
    titles = titles_of(session, kind.resource, keys.values(), typed=True)
    return tuple(Option(text, titles.get(key, text), ticked=True) for text, key in keys.items())
