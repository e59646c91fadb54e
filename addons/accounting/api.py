"""What other addons may use of accounting."""

from __future__ import annotations

from addons.accounting.events import EntriesImported, EntryPosted, EntryReversed
from addons.accounting.extension_points import ClosingStep, Step, StepState
from addons.accounting.models import Period as AccountingPeriod
from addons.accounting.services.balances import AccountBalance, balances
from addons.accounting.services.bulk import BulkOutcome
from addons.accounting.services.bulk import post_bulk as post_entries
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.ledger import PostedEntry
from addons.accounting.services.ledger import post as post_entry
from addons.accounting.services.reversal import reverse as reverse_entry

__all__ = [
    "AccountBalance",
    "AccountingPeriod",
    "BulkOutcome",
    "ClosingStep",
    "EntriesImported",
    "EntryDraft",
    "EntryPosted",
    "EntryReversed",
    "LineDraft",
    "PostedEntry",
    "Step",
    "StepState",
    "balances",
    "post_entries",
    "post_entry",
    "reverse_entry",
]
