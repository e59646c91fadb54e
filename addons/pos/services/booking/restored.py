"""A device had lost what it stored, and put it back from its second journal: the office is told
beside the till."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.pos.models import Binding
from addons.pos.services.booking.pending import Pending
from core.api import msg, note_from_outside, reader

RESTORED: Final = "restored"
_MOST: Final = 10**9
_PUT_BACK: Final = msg(
    "This device had lost what it stored, or the end of it, and put it back from its second"
    " journal: {count} operations. Nothing has to be done for them."
)
_STRAYS: Final = msg(
    "{count} operations belong to an earlier time of the device: bring in its recovery file under"
    " Repairs of the tills."
)
_KEYLESS: Final = msg(
    "Its key for electronic invoices is gone, and the server makes them: take the till's device"
    " out of use, and register another one."
)


def tell_office(session: Session, operation: Pending, detail: Mapping[str, Any]) -> None:
    """Write what a device said of it beside its register, in the company's language."""
    binding = session.get_one(Binding, operation.binding_id)
    speaks, strays = reader(session, ""), _count(detail, "strays")
    said = [speaks.say(_PUT_BACK, count=_count(detail, "operations"))]
    if strays:
        said.append(speaks.say(_STRAYS, count=strays))
    if detail.get("keyless") is True:
        said.append(speaks.say(_KEYLESS))
    note_from_outside(
        session,
        "pos.registers",
        binding.register,
        author=binding.device,
        body="\n".join(said),
    )


def _count(detail: Mapping[str, Any], name: str) -> int:
    """A figure that a device said; nobody knows who wrote it."""
    found = detail.get(name)
    if not isinstance(found, int) or isinstance(found, bool):
        return 0
    return min(max(found, 0), _MOST)
