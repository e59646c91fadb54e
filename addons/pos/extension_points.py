"""Where other addons take part in what tills sell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.api import Attachment


class ReceiptStamps(Protocol):
    """Says what an authority wants to see on a receipt."""

    def qr(self, session: Session, sale_id: int, /) -> str:
        """What the QR code of a booked sale or refund holds; empty where it has none."""
        ...

    def file(self, session: Session, sale_id: int, /) -> Attachment | None:
        """What travels inside its PDF; None where nothing does."""
        ...


@dataclass(frozen=True, slots=True)
class SigningTill:
    """A register as those see it for whom its till signs."""

    register_id: int
    branch_id: int | None
    currency: str


class SignedReceipts(Protocol):
    """Lets a till sign its receipts by itself, for an authority that asks for that. What it signed
    comes with the sale: `TillSale.signed`."""

    def terms(self, session: Session, till: SigningTill, /) -> Mapping[str, Any] | None:
        """What the till must know to sign: the feed's section `einvoice` (docs/pos-sync.md). None
        where it signs nothing."""
        ...

    def sign(
        self, session: Session, till: SigningTill, given: Mapping[str, Any], /
    ) -> Mapping[str, Any]:
        """Take a till's public key and signatures, and say what it has to sign next. Raises
        AppError for what cannot be."""
        ...
