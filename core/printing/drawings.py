"""Drawings that somebody sent as SVG: what may stand in them, and nothing else is kept.

An SVG is a document that can hold scripts, styles that fetch, and references to elsewhere (SVG 2,
https://www.w3.org/TR/SVG2/). What is kept here draws, and does nothing more.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree

from core.errors import InvalidInput
from core.i18n.phrases import phrase

LARGEST: Final = 256 * 1024
_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_DRAWS: Final = frozenset(
    {
        *("svg", "g", "defs", "symbol", "use", "path", "rect", "circle", "ellipse", "line"),
        *("polyline", "polygon", "text", "tspan", "title", "desc", "linearGradient"),
        *("radialGradient", "stop", "clipPath", "mask", "pattern"),
    }
)
_LEFT_OUT: Final = frozenset(("metadata", "title", "desc"))
_INSIDE: Final = re.compile(r"#[\w.:-]+")
_REFERENCE: Final = re.compile(r"url\(\s*(?P<quote>['\"]?)(?P<to>[^)'\"]*)(?P=quote)\s*\)", re.I)
_DECLARES: Final = re.compile(rb"<!(doctype|entity)", re.I)


def read_drawing(content: bytes, field: str = "logo") -> bytes:
    """The drawing without what does not draw; raises InvalidInput naming what may not be in it."""
    if len(content) > LARGEST:
        raise InvalidInput.of(field, phrase("The drawing is larger than 256 KB. Simplify it."))
    if _DECLARES.search(content):
        content = _without_doctype(content, field)
    try:
        root = ElementTree.fromstring(content)  # noqa: S314, entities were refused above
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise InvalidInput.of(field, phrase("This is no SVG that can be read.")) from error
    if root.tag != f"{{{_SVG}}}svg":
        raise InvalidInput.of(field, phrase("This is no SVG that can be read."))
    if not root.get("viewBox"):
        _give_view_box(root, field)
    _clean(root, field)
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    return ElementTree.tostring(root, encoding="utf-8")


def _without_doctype(content: bytes, field: str) -> bytes:
    """Drawing programs write the public name of SVG 1.1, which says nothing; entities are refused,
    since a few lines of them can fill a machine's memory."""
    plain = re.sub(rb"<!doctype\s+svg[^\[>]*>", b"", content, count=1, flags=re.I)
    if _DECLARES.search(plain):
        raise _refused(field, "<!DOCTYPE [ … ]>")
    return plain


def _give_view_box(root: ElementTree.Element, field: str) -> None:
    sides = []
    for name in ("width", "height"):
        found = re.fullmatch(r"\s*([0-9.]+)(px)?\s*", root.get(name, ""))
        if found is None:
            raise InvalidInput.of(
                field, phrase("The drawing does not say how large it is: it has no viewBox.")
            )
        sides.append(found[1])
    root.set("viewBox", f"0 0 {sides[0]} {sides[1]}")


def _clean(element: ElementTree.Element, field: str) -> None:
    _spread_style(element)
    for name, value in list(element.attrib.items()):
        space, _, plain = name.rpartition("}")
        if space not in ("", f"{{{_XLINK}"):
            del element.attrib[name]
        elif plain == "href":
            if _INSIDE.fullmatch(value.strip()) is None:
                raise _refused(field, f'href="{value[:60]}"')
        elif plain.lower().startswith("on"):
            raise _refused(field, plain)
        else:
            _check_references(value, field)
    for child in list(element):
        if not isinstance(child.tag, str):
            element.remove(child)
            continue
        space, _, plain = child.tag.rpartition("}")
        if space != f"{{{_SVG}" or plain in _LEFT_OUT:
            element.remove(child)
        elif plain not in _DRAWS:
            raise _refused(field, f"<{plain}>")
        else:
            _clean(child, field)


def _spread_style(element: ElementTree.Element) -> None:
    """Styles as attributes, which mean the same: our pages allow no styles beside their sheets."""
    for declaration in element.attrib.pop("style", "").split(";"):
        name, colon, value = declaration.partition(":")
        if colon and re.fullmatch(r"[a-z-]+", name.strip()):
            element.set(name.strip(), value.replace("!important", "").strip())


def _check_references(value: str, field: str) -> None:
    for found in _REFERENCE.finditer(value):
        if _INSIDE.fullmatch(found["to"].strip()) is None:
            raise _refused(field, found[0][:60])
    if "url(" in _REFERENCE.sub("", value).lower() or "@import" in value.lower():
        raise _refused(field, value[:60])


def _refused(field: str, what: str) -> InvalidInput:
    return InvalidInput.of(
        field,
        phrase("The drawing holds {what}, which a logo may not.", what=what),
        fix=phrase("Save it as plain SVG with shapes alone, without scripts, styles and links."),
    )
