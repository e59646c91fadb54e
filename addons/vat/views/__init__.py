"""What VAT shows as lists and forms: a file for each subject."""

from __future__ import annotations

from typing import Final

from addons.vat.views import payments, returns, taxes

RESOURCES: Final = (*taxes.RESOURCES, returns.RETURNS, payments.PAYMENTS)
