"""The regular exchange with other companies: what is ours goes out, what came is kept.

Letters are dropped once what they said is committed, so a worker that dies in between gets them
again and knows them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import CompanyLink
from addons.accounting.services.companies import mirroring, snapshots
from addons.accounting.services.companies.links import CONSOLIDATION, DOCUMENTS
from core.api import Letter, after_commit, binding, phrase, waiting_letters

JOB: Final = "accounting.exchange_with_companies"
_READERS: Final[tuple[tuple[str, Callable[[Session, Letter], None]], ...]] = (
    (DOCUMENTS, mirroring.take_in),
    (CONSOLIDATION, snapshots.take_in),
)


def exchange(session: Session) -> str:
    """Send what is new, and take in what has arrived."""
    if session.scalar(select(CompanyLink.id).limit(1)) is None:
        return phrase("There are no other companies.")
    sent = mirroring.propose_entries(session) + snapshots.publish(session)
    taken: list[int] = []
    for purpose, read in _READERS:
        for letter in waiting_letters(session, purpose):
            read(session, letter)
            taken.append(letter.id)
    _drop_afterwards(session, tuple(taken))
    return phrase("{sent} sent, {taken} received", sent=sent, taken=len(taken))


def _drop_afterwards(session: Session, letters: tuple[int, ...]) -> None:
    kernel, company = binding(session).context["kernel"], binding(session).tenant.id
    after_commit(session, lambda: kernel.post.fetched(company, letters))
