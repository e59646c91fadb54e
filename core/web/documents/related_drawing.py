"""Where the boxes and lines of a graph of related documents lie, in pixels of an SVG.

Columns run in reading direction, so that a page from right to left begins at the right.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from core.web.documents.related import Edge, Graph, Key, Node

BOX_WIDTH: Final = 168
BOX_HEIGHT: Final = 72
_GAP_ACROSS: Final = 40
_GAP_DOWN: Final = 16
_MARGIN: Final = 4
_LONGEST: Final = 20
"""Letters of a line in a box; the rest is in its tooltip."""


@dataclass(frozen=True, slots=True)
class Box:
    """A document: its corner, and the three lines of text in it. `text_x` is where they begin,
    `dot_x` where the mark of the state is."""

    x: int
    y: int
    text_x: int
    dot_x: int
    caption: str
    title: str
    node: Node


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole picture; `paths` are those of the lines between the boxes."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    paths: tuple[str, ...]
    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT


def draw(graph: Graph, *, right_to_left: bool) -> Drawing | None:
    """The picture of a graph; None if there is nothing but the record itself."""
    if not graph.edges:
        return None
    columns: defaultdict[int, list[Node]] = defaultdict(list)
    for node in graph.nodes.values():
        columns[node.column].append(node)
    tallest = max(len(nodes) for nodes in columns.values())
    width = _MARGIN * 2 + (max(columns) + 1) * (BOX_WIDTH + _GAP_ACROSS) - _GAP_ACROSS
    height = _MARGIN * 2 + tallest * (BOX_HEIGHT + _GAP_DOWN) - _GAP_DOWN
    captions = _captions(graph)
    boxes: dict[Key, Box] = {}
    for column, nodes in columns.items():
        taken = len(nodes) * (BOX_HEIGHT + _GAP_DOWN) - _GAP_DOWN
        for place, node in enumerate(nodes):
            x = _MARGIN + column * (BOX_WIDTH + _GAP_ACROSS)
            y = (height - taken) // 2 + place * (BOX_HEIGHT + _GAP_DOWN)
            x = width - x - BOX_WIDTH if right_to_left else x
            boxes[node.key] = _box(x, y, captions[node.key], node, right_to_left)
    paths = tuple(_path(boxes, edge, right_to_left) for edge in graph.edges)
    return Drawing(width, height, tuple(boxes.values()), paths)


def _captions(graph: Graph) -> dict[Key, str]:
    """What each document is to the one that it was reached from; else its kind."""
    captions = {key: node.kind for key, node in graph.nodes.items()}
    here = next(node.column for node in graph.nodes.values() if node.is_here)
    for edge in graph.edges:
        start, end = graph.nodes[edge.start], graph.nodes[edge.end]
        further = end if abs(end.column - here) >= abs(start.column - here) else start
        if not further.is_here and captions[further.key] == further.kind:
            captions[further.key] = edge.title
    return captions


def _box(x: int, y: int, caption: str, node: Node, right_to_left: bool) -> Box:
    inset = 14
    text_x = x + BOX_WIDTH - inset if right_to_left else x + inset
    dot_x = text_x - 4 if right_to_left else text_x + 4
    return Box(x, y, text_x, dot_x, _cut(caption), _cut(node.title), node)


def _path(boxes: dict[Key, Box], edge: Edge, right_to_left: bool) -> str:
    start, end = boxes[edge.start], boxes[edge.end]
    leave, arrive = start.x + BOX_WIDTH, end.x
    if right_to_left:
        leave, arrive = start.x, end.x + BOX_WIDTH
    if start.node.column >= end.node.column:  # a loop back: from the side it came by
        arrive = leave
    from_y, to_y = start.y + BOX_HEIGHT // 2, end.y + BOX_HEIGHT // 2
    bend = -_GAP_ACROSS // 2 if right_to_left else _GAP_ACROSS // 2
    turn = arrive + bend if arrive == leave else arrive - bend
    return f"M{leave} {from_y} C{leave + bend} {from_y} {turn} {to_y} {arrive} {to_y}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
