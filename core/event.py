"""What an event is, and the two ways to react to one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar, Literal, TypeVar

Mode = Literal["on", "after"]
Handler = TypeVar("Handler", bound=Callable[..., Any])

_MARK = "__aorabooks_reaction__"


class Event:
    """Base of all events: frozen dataclasses named in the past tense, holding ids and values.

    `class SaleConfirmed(Event, name="sales.SaleConfirmed")`. The name is what the event log
    stores; it begins with the publisher's name and outlives every rename of the class.
    """

    event_name: ClassVar[str] = ""

    def __init_subclass__(cls, *, name: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if name:
            cls.event_name = name
        # A dataclass with slots is made twice, the second time from the first one's attributes.
        if "event_name" not in vars(cls):
            raise TypeError(f"{cls.__name__} needs a name: class {cls.__name__}(Event, name=...)")


@dataclass(frozen=True, slots=True)
class Reaction:
    """A handler: what it reacts to and when. `name` identifies it in the outbox."""

    event: type[Event]
    mode: Mode
    run: Callable[..., Any]
    name: str


def on(event: type[Event]) -> Callable[[Handler], Handler]:
    """`handler(session, event)` runs in the transaction of the emitter; raising aborts it all."""
    return _marker(event, "on")


def after(event: type[Event]) -> Callable[[Handler], Handler]:
    """`handler(session, event)` runs after the commit, at least once, in a transaction of its
    own. It must be idempotent by the event's source."""
    return _marker(event, "after")


def reactions_in(module: ModuleType) -> list[Reaction]:
    """The handlers defined in a reactions module, in the order they stand there."""
    return [
        Reaction(event, mode, run=item, name=f"{module.__name__}.{item.__name__}")
        for item in vars(module).values()
        for event, mode in getattr(item, _MARK, ())
        if item.__module__ == module.__name__
    ]


def _marker(event: type[Event], mode: Mode) -> Callable[[Handler], Handler]:
    def mark(handler: Handler) -> Handler:
        setattr(handler, _MARK, (*getattr(handler, _MARK, ()), (event, mode)))
        return handler

    return mark
