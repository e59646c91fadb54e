"""What can be wrong with taxes and returns, said so that the reader knows what to do."""

from __future__ import annotations

from core.api import Conflict, InvalidInput, NotFound


class TaxIsUsed(Conflict):
    """Lines of the ledger bear the tax: what would change their meaning stays."""

    code = "tax-used"


class TaxIsInvalid(InvalidInput):
    """The tax cannot be kept as it is."""

    code = "tax-invalid"


class NoSuchTax(NotFound):
    """There is no tax of this code."""

    code = "tax-not-found"


class ReturnIsFiled(Conflict):
    """A filed return is final; it can be amended."""

    code = "return-filed"


class ReturnNotReady(Conflict):
    """Something stands in the way of filing."""

    code = "return-not-ready"
