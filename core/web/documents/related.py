"""Related documents as a graph: what came before a record and what came of it, with its state.

Followed from resource to resource as each declares it, through records that the actor may read.
One that they may not read is named, since the record refers to it, but neither linked nor
followed further.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy.orm import Session

from core.addons.containment import contained
from core.auth.actor import actor
from core.declare import Related
from core.errors import AppError
from core.web.documents.keys import read_key
from core.web.documents.stages import Badge, badge
from core.web.request import Request
from core.web.resources.effective import shape_named
from core.web.resources.records import load
from core.web.resources.references import titles_of
from core.web.resources.shape import Shape
from core.web.resources.showing import translator

DEEPEST: Final = 4
"""Steps from the record; what lies further has a graph of its own."""
MOST: Final = 40
"""Records in one graph."""

Key = tuple[str, str]
"""A record by its resource and key."""


@dataclass(frozen=True, slots=True)
class Node:
    """A record in the graph. `column` counts from the first document on; `url` is empty where the
    reader may not open it."""

    key: Key
    title: str
    kind: str
    state: Badge | None
    url: str
    column: int
    is_here: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """From an earlier document to a later one; `title` says what the further one of the two is
    to the one nearer to the record."""

    start: Key
    end: Key
    title: str


@dataclass(slots=True)
class Graph:
    """The story of a record; without edges there is none to tell."""

    nodes: dict[Key, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)


def graph_of(shape: Shape, session: Session, request: Request, record: Any) -> Graph:
    """The graph around a record."""
    follower = _Follower(session, request)
    follower.begin(shape, record)
    return follower.finished()


def _columns(graph: Graph) -> dict[Key, int]:
    """The column of each document: one more than the last of those before it. Documents that
    come before one another in a circle stop at as many columns as there are documents."""
    columns = dict.fromkeys(graph.nodes, 0)
    for _ in graph.nodes:
        for edge in graph.edges:
            columns[edge.end] = max(columns[edge.end], columns[edge.start] + 1)
    most = len(graph.nodes) - 1
    return {key: min(column, most) for key, column in columns.items()}


class _Follower:
    """Follows relations breadth first, so that what is near is never left out."""

    def __init__(self, session: Session, request: Request) -> None:
        self._session, self._request = session, request
        self._translate = translator(session, request)
        self._graph = Graph()
        self._seen: set[tuple[Key, Key]] = set()

    def begin(self, shape: Shape, record: Any) -> None:
        """Follow from this record."""
        node = self._node(shape, record, is_here=True)
        waiting = [(shape, record, node, 0)]
        while waiting:
            shape, record, node, depth = waiting.pop(0)
            for relation in self._relations(shape, record) if depth < DEEPEST else ():
                found = self._reach(node, relation)
                if found is not None:
                    waiting.append((*found, depth + 1))

    def finished(self) -> Graph:
        """The graph, each document in a column behind all that came before it."""
        columns = _columns(self._graph)
        self._graph.nodes = {
            key: replace(node, column=columns[key]) for key, node in self._graph.nodes.items()
        }
        return self._graph

    def _relations(self, shape: Shape, record: Any) -> Iterable[Related]:
        declared, session = shape.resource.related, self._session
        if declared is None:
            return ()
        what = f"documents related to {shape.full_name}"
        found = contained(session, shape.addon, what, lambda: list(declared(session, record)))
        return [relation for relation in found or () if relation.key is not None]

    def _reach(self, node: Node, relation: Related) -> tuple[Shape, Any, Node] | None:
        """Join what a relation leads to with the graph; returned if it is to be followed."""
        shape = shape_named(self._session, relation.resource)
        if shape is None:
            return None
        wanted = read_key(shape, relation.key)
        if wanted is None:
            return None
        key = (shape.full_name, str(wanted))
        known = self._graph.nodes.get(key)
        if known is None and len(self._graph.nodes) >= MOST:
            return None
        record = None
        if known is None:
            record = self._record(shape, wanted)
            known = self._named_only(shape, wanted) if record is None else self._node(shape, record)
        if known is None:
            return None
        self._join(node, known, relation)
        return None if record is None else (shape, record, known)

    def _join(self, node: Node, other: Node, relation: Related) -> None:
        start, end = (other, node) if relation.before else (node, other)
        # Both ends may declare the relation; it is drawn once.
        if (start.key, end.key) not in self._seen and start.key != end.key:
            self._seen |= {(start.key, end.key), (end.key, start.key)}
            self._graph.edges.append(Edge(start.key, end.key, self._translate(relation.title)))

    def _record(self, shape: Shape, key: Any) -> Any:
        if not actor(self._session).may(shape.resource.access.read.code):
            return None
        try:
            return load(self._session, shape, key)
        except AppError:
            return None

    def _node(self, shape: Shape, record: Any, *, is_here: bool = False) -> Node:
        key = getattr(record, shape.key.name)
        return self._kept(
            Node(
                (shape.full_name, str(key)),
                self._translate(shape.resource.record_title(record)),
                self._translate(shape.resource.singular),
                badge(shape, self._session, self._request, record),
                shape.record_url(key),
                0,
                is_here,
            )
        )

    def _named_only(self, shape: Shape, key: Any) -> Node | None:
        title = titles_of(self._session, shape.full_name, [key]).get(key)
        if title is None:
            return None
        kind = self._translate(shape.resource.singular)
        node = Node((shape.full_name, str(key)), title, kind, None, "", 0, False)
        return self._kept(node)

    def _kept(self, node: Node) -> Node:
        self._graph.nodes[node.key] = node
        return node
