"""Other companies and the witness, for code that holds a session of one company.

The company is the session's own: an addon can neither send in another's name nor read its post.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from core.db.session import binding
from core.tenancy.post import Agreement, Letter
from core.tenancy.witness import Noted

if TYPE_CHECKING:
    from core.kernel import Kernel


def agreements(session: Session) -> tuple[Agreement, ...]:
    """What this company has agreed to with others, and what they have offered it."""
    return _kernel(session).post.agreements(_company(session))


def agree(session: Session, slug: str, purpose: str) -> Agreement:
    """Agree with the company of this name, for one's own side. Takes effect at once."""
    return _kernel(session).post.agree(_company(session), slug, purpose)


def withdraw(session: Session, other_id: str, purpose: str) -> None:
    """Take an agreement back. Takes effect at once, whatever becomes of this transaction."""
    _kernel(session).post.withdraw(_company(session), other_id, purpose)


def send_letter(session: Session, other_id: str, purpose: str, key: str, content: str) -> None:
    """Hand a letter in, from a job: it is under way whatever becomes of this transaction, which
    may then run again and send it again."""
    _kernel(session).post.send(_company(session), other_id, purpose, key, content)


def waiting_letters(session: Session, purpose: str) -> tuple[Letter, ...]:
    """Letters that have arrived. They may have been kept before: know them by sender and key."""
    return _kernel(session).post.waiting(_company(session), purpose)


def letters_fetched(session: Session, letters: tuple[int, ...]) -> None:
    """Drop letters; call it once what they said is committed."""
    _kernel(session).post.fetched(_company(session), letters)


def note_chain(session: Session, chain: str, position: int, digest: str) -> None:
    """Have the witness write down where a chain stands."""
    _kernel(session).witness.note(_company(session), chain, position, digest)


def noted_chains(session: Session) -> Mapping[str, Noted]:
    """What the witness knows of this company's chains."""
    return _kernel(session).witness.noted(_company(session))


def _company(session: Session) -> str:
    return binding(session).tenant.id


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]
