"""Which command runs, for the records that it leaves."""

from __future__ import annotations

from contextvars import ContextVar

RUNNING: ContextVar[str] = ContextVar("command", default="aorabooks")
"""Its name, such as "aorabooks user create"."""
