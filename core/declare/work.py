"""What happens behind the pages: jobs, options, extensions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a job runs by itself: a cron expression in the tenant's time zone."""

    cron: str


@dataclass(frozen=True, slots=True)
class Job:
    """Background work: `run(session, **arguments)` in one transaction of its own.

    It may run again after a crash before its commit, never after. `title` is what people see.
    A job may take as long as it likes; `timeout_seconds` bounds one statement of it, and one
    pause between two.
    While the addon can only be read, because its licence lapsed, a scheduled run waits for the
    next one, unless the job is `never_blocked`. What other work asks for is always done.
    """

    name: str
    title: str
    run: Callable[..., Any]
    schedule: Schedule | None = None
    max_attempts: int = 3
    timeout_seconds: int = 300
    never_blocked: bool = False


@dataclass(frozen=True, slots=True)
class OptionSet:
    """Settings of the addon for one tenant: a frozen dataclass whose defaults are the defaults.

    Its fields may have metadata: `title` and `help` in words, `secret` for text that is kept
    sealed and never shown. `test(session, options)` tries out what was typed, before it is
    saved: it returns a sentence on what answered, or raises an AppError that says what is wrong.
    """

    type: type[Any]
    title: str
    test: Callable[[Session, Any], str] | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """An implementation of another addon's extension point (a `Protocol` in its `api`)."""

    point: type[Any]
    key: str
    implementation: Any
