"""The implementation of accounting's extension point for taxes.

A company that has set up no taxes is left alone: the codes in its books came with them from
elsewhere, and nothing is known of what they mean.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft
from addons.vat.services import entry_checks, entry_taxes
from addons.vat.services.known import known_taxes
from core.api import Problem


class VatEngine:
    """Adds and checks the taxes of entries (accounting's `TaxEngine`)."""

    def complete(self, session: Session, entry: EntryDraft, /) -> EntryDraft:
        """The entry with its tax lines."""
        return entry_taxes.complete(session, entry) if known_taxes(session) else entry

    def check(self, session: Session, entry: EntryDraft, /) -> Iterable[Problem]:
        """What is wrong with its taxes."""
        return entry_checks.problems(session, entry) if known_taxes(session) else ()

    def outdated(self, session: Session, entry: EntryDraft, /) -> Collection[int]:
        """The places of tax lines of other bases."""
        return entry_taxes.outdated(session, entry) if known_taxes(session) else ()


ENGINE = VatEngine()
