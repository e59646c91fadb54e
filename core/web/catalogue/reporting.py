"""What a company tells its seller: which addons are on, how many seats of each are taken, and how
many people work in it.

Nothing else leaves its database. It is told when the addons change, and every night.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from core.addons.states import KERNEL
from core.auth.seats import seats_taken
from core.db.session import after_commit, binding

if TYPE_CHECKING:
    from core.kernel import Kernel

JOB: Final = "core.tell_the_seller"


def tell_the_seller(session: Session) -> None:
    """Once this transaction has committed, note what is switched on and who works here."""
    bound = binding(session)
    if bound.tenant.is_control or bound.tenant.sample_of:
        return
    kernel: Kernel = bound.context["kernel"]
    on = sorted(bound.context["state"].enabled - {KERNEL})
    addons, users = seats_taken(session, on)
    after_commit(session, lambda: kernel.shop.report(bound.tenant.id, addons, users))
