"""Reads what belongs to others."""

from __future__ import annotations

import numpy
from addons.accounting.models import JournalEntry
from addons.vat.api import taxes

from core.db.session import tenant_session
from tenants.models import Organization

__all__ = ["JournalEntry", "Organization", "numpy", "taxes", "tenant_session"]
