"""The read model of the rules: the parsed document as plain nodes with short names.

Built in one pass and then only read. Names carry the customary prefix of UBL ("cbc:ID"), whatever
prefix the document itself uses, and every name is indexed, so that no rule walks the tree.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

_PREFIXES = {
    "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2": "ubl",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2": "cac",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2": "cbc",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2": "ext",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonSignatureComponents-2": "sig",
    "urn:oasis:names:specification:ubl:schema:xsd:SignatureAggregateComponents-2": "sac",
    "urn:oasis:names:specification:ubl:schema:xsd:SignatureBasicComponents-2": "sbc",
}
_BLANKS = re.compile(r"[ \t\r\n]+")


class Node:
    """An element: name, own text, attributes, children and the way back to its parent."""

    __slots__ = ("_named", "attributes", "children", "name", "own_text", "parent")

    def __init__(self, name: str, text: str, attributes: dict[str, str], parent: Node | None):
        self.name = name
        self.own_text = text
        self.attributes = attributes
        self.parent = parent
        self.children: list[Node] = []
        self._named: dict[str, list[Node]] = {}

    def adopt(self, child: Node) -> None:
        self.children.append(child)
        self._named.setdefault(child.name, []).append(child)

    @property
    def text(self) -> str:
        """The string value of XPath: the text of the element and of all that is in it."""
        return self.own_text + "".join(one.text for one in self.children)

    @property
    def squeezed(self) -> str:
        """The text with its blanks normalised."""
        return squeeze(self.text)

    def every(self, path: str) -> list[Node]:
        """The elements at a path of names below this one."""
        found: list[Node] = [self]
        for name in path.split("/"):
            found = [child for node in found for child in node._named.get(name, ())]
        return found

    def one(self, path: str) -> Node | None:
        """The first element at a path."""
        found = self.every(path)
        return found[0] if found else None

    def has(self, path: str) -> bool:
        return bool(self.every(path))

    def value(self, path: str) -> str:
        """The text of the first element at a path, "" when there is none."""
        node = self.one(path)
        return "" if node is None else node.text

    def says(self, path: str) -> bool:
        """Is something written in an element at a path? Blanks are."""
        return any(node.text != "" for node in self.every(path))

    def attribute(self, name: str) -> str:
        return self.attributes.get(name, "")

    def ancestors(self) -> Iterator[Node]:
        """This element, its parent and so on up to the document."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def within(self, *names: str) -> bool:
        """Do the nearest ancestors have these names, innermost last?"""
        node = self.parent
        for name in reversed(names):
            if node is None or node.name != name:
                return False
            node = node.parent
        return True

    @property
    def ordinal(self) -> int:
        """The position among the siblings of the same name, from 0."""
        if self.parent is None:
            return 0
        return next(at for at, one in enumerate(self.parent.every(self.name)) if one is self)

    @property
    def path(self) -> str:
        """The XPath of this element, with positions."""
        steps = [
            node.name if node.parent is None else f"{node.name}[{node.ordinal + 1}]"
            for node in self.ancestors()
        ]
        return "/" + "/".join(reversed(steps))


def squeeze(text: str) -> str:
    """`normalize-space` of XPath, which knows four blanks and no others."""
    return _BLANKS.sub(" ", text).strip(" ")


def read(root: etree._Element) -> tuple[Node, dict[str, list[Node]]]:
    """The tree of nodes under a parsed element, and all of them by name in document order."""
    named: dict[str, list[Node]] = defaultdict(list)
    top = _node(root, None)
    waiting = [(root, top)]
    named[top.name].append(top)
    order: list[tuple[etree._Element, Node]] = []
    while waiting:
        element, node = waiting.pop()
        order.append((element, node))
        grown = [(child, _node(child, node)) for child in element if isinstance(child.tag, str)]
        for _, child in grown:
            node.adopt(child)
        waiting.extend(reversed(grown))
    for _, node in order[1:]:
        named[node.name].append(node)
    return top, named


def _node(element: etree._Element, parent: Node | None) -> Node:
    name = etree.QName(element)
    prefix = _PREFIXES.get(name.namespace or "", "other")
    own = (element.text or "") + "".join(child.tail or "" for child in element)
    attributes = {etree.QName(key).localname: str(value) for key, value in element.attrib.items()}
    return Node(f"{prefix}:{name.localname}", own, attributes, parent)
