"""The map of events as a page: publisher, event, fields, and who reacts to it where.

`script/events` writes it to `docs/events.md`, and a test compares the two.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import fields

from core.addons.catalog import Catalog, Owned
from core.event import Event, Reaction

_HEAD = """\
# Events

What each addon says, and which addons act on it: `on` in the same transaction, `after` once it
has committed. Written by `script/events`; do not edit.
"""
_WHEN = {"on": "in the same transaction", "after": "after the commit"}


def render(catalog: Catalog) -> str:
    """The page for the addons of this catalog, in load order."""
    everything = catalog.everything()
    lines = [_HEAD]
    for name, addon in catalog.addons.items():
        events = [owned.item for owned in everything.all.events if owned.addon == name]
        if events:
            lines.append(f"## {addon.manifest.title} (`{name}`)\n")
        for event in events:
            lines += _section(event, everything.reactions(event.event_name))
    return "\n".join(lines)


def _section(event: type[Event], reactions: tuple[Owned[Reaction], ...]) -> Iterator[str]:
    yield f"### `{event.event_name}`\n"
    yield f"{inspect.getdoc(event)}\n"
    yield from ("| field | type |", "|---|---|")
    for field in fields(event):  # type: ignore[arg-type]
        yield f"| `{field.name}` | `{field.type}` |"
    yield ""
    for owned in reactions:
        module, _, function = owned.item.name.rpartition(".")
        path = module.replace(".", "/") + ".py"
        yield f"- {_WHEN[owned.item.mode]}: `{path}` `{function}`"
    yield "" if reactions else "No shipped addon reacts to it.\n"
