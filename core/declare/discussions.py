"""Who may take part in the conversation beside a record, where the usual rule does not fit."""

from __future__ import annotations

from dataclasses import dataclass

from core.declare.rights import Permission


@dataclass(frozen=True, slots=True)
class Discussion:
    """The conversation beside each record of a resource.

    Whoever may read a record reads its conversation. `write` lets them write notes, plan
    activities, attach files and send the record; it is the permission to change such records
    unless given, or to make them, or where nobody can, to read them. `remove` lets them delete
    what others attached; it is the permission to delete such records unless given, and else
    that of `write`.
    """

    write: Permission | None = None
    remove: Permission | None = None
