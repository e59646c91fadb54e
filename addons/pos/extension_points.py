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


class ReceiptPrinter(Protocol):
    """Carries what a till prints to a printer that its browser cannot reach by itself. The key is
    the way that an address begins with: `tcp` of "tcp://192.168.8.20"."""

    def flaw(self, address: str, /) -> str:
        """Why no printer can be reached at an address, without its way; empty where one may be."""
        ...

    def send(self, address: str, data: bytes, /) -> None:
        """Print these bytes (ESC/POS). Raises Unavailable where the printer does not take them."""
        ...
