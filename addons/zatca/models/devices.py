"""Devices that sign: e-invoice generation solution (EGS) units, each with a certificate of the
authority and a chain of documents of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from addons.zatca.documents.values import FIRST_PREVIOUS_HASH
from core.api import Model, Record, msg, utc_now

ENVIRONMENTS: Final[tuple[tuple[str, str], ...]] = (
    ("sandbox", msg("Sandbox")),
    ("simulation", msg("Simulation")),
    ("production", msg("Production")),
)
INVOICE_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("1100", msg("Tax invoices and simplified ones")),
    ("1000", msg("Tax invoices")),
    ("0100", msg("Simplified tax invoices")),
)
"""What a device may sign, as its certificate's title says."""
HOLDERS: Final[tuple[tuple[str, str], ...]] = (
    ("server", msg("The server")),
    ("till", msg("The till itself")),
)
"""Where the key of a device is."""
DEVICE_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("draft", msg("Draft")),
    ("csr", msg("Key made")),
    ("compliance", msg("Checks to pass")),
    ("checked", msg("Checks passed")),
    ("active", msg("Active")),
    ("renewing", msg("Being renewed")),
    ("revoked", msg("Revoked")),
    ("expired", msg("Expired")),
)
SIGNING: Final = frozenset({"active", "renewing"})
"""States in which a device signs documents."""


def _sealed(column: str) -> dict[str, object]:
    return {"secret": True, "sealed_for": f"zatca.device/{{serial}}/{column}"}


def _one_of(column: str, choices: tuple[tuple[str, str], ...]) -> str:
    return f"{column} IN ({', '.join(repr(code) for code, _ in choices)})"


class Device(Record, Model):
    """A device.

    `register_id` is the till whose sales it signs; otherwise it signs for its branch, or for the
    company where it has none. `key`, tokens and secrets are sealed and bound to `serial`, which
    never changes. `certificate` is the DER form of the one in use;
    `active_since` is when the first one came into use, which renewals do not change.

    Of a device that is `held_by` its till the server has no key but the `public_key`
    (SubjectPublicKeyInfo, DER). `asked` is what the till is to sign for the registration, with what
    it has signed of that (`services/tills/asking.py`); `earlier_certificates` are those that were
    in use before: a till signs with them until it has heard of the next.
    """

    __tablename__ = "device"

    name: Mapped[str]
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"), index=True)
    register_id: Mapped[int | None]
    register: Mapped[str] = mapped_column(default="", server_default="")
    held_by: Mapped[str] = mapped_column(default="server", server_default="server")
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    environment: Mapped[str] = mapped_column(default="production", server_default="production")
    serial: Mapped[str] = mapped_column(unique=True)
    invoice_kinds: Mapped[str] = mapped_column(default="1100", server_default="1100")
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    key: Mapped[str | None] = mapped_column(info=_sealed("key"))
    csr: Mapped[str] = mapped_column(default="", server_default="")
    request_id: Mapped[str] = mapped_column(default="", server_default="")
    compliance_token: Mapped[str | None] = mapped_column(info=_sealed("compliance_token"))
    compliance_secret: Mapped[str | None] = mapped_column(info=_sealed("compliance_secret"))
    production_token: Mapped[str | None] = mapped_column(info=_sealed("production_token"))
    production_secret: Mapped[str | None] = mapped_column(info=_sealed("production_secret"))
    certificate: Mapped[bytes | None] = mapped_column(LargeBinary)
    earlier_certificates: Mapped[list[bytes]] = mapped_column(
        ARRAY(LargeBinary), default=list, server_default=text("'{}'")
    )
    active_since: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    stopped_why: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint(_one_of("environment", ENVIRONMENTS), name="environment"),
        CheckConstraint(_one_of("invoice_kinds", INVOICE_KINDS), name="invoice_kinds"),
        CheckConstraint(_one_of("state", DEVICE_STATES), name="state"),
        CheckConstraint("serial ~ '^1-.+[|]2-.+[|]3-.+$'", name="serial"),
        CheckConstraint(
            "state NOT IN ('active', 'renewing') OR certificate IS NOT NULL"
            " AND active_since IS NOT NULL"
            " AND (key IS NOT NULL OR held_by = 'till' AND public_key IS NOT NULL)",
            name="signing",
        ),
        CheckConstraint(_one_of("held_by", HOLDERS), name="held_by"),
        CheckConstraint(
            "held_by = 'server' OR register_id IS NOT NULL AND key IS NULL", name="till"
        ),
        Index(
            "uq_device_register_id",
            "register_id",
            unique=True,
            postgresql_where=text("state IN ('active', 'renewing')"),
        ),
        {"schema": "zatca", "info": {"audit": "own", "stamped": True}},
    )

    @property
    def signs(self) -> bool:
        """Whether documents are made with it: until its certificate ends, to the second."""
        ended = self.expires_at is not None and self.expires_at <= utc_now()
        return self.state in SIGNING and not ended

    @property
    def of_till(self) -> bool:
        """Whether its till holds the key, and signs by itself."""
        return self.held_by == "till"


class ChainEnd(Model):
    """Where the chain of a device ends: what its next document gets. The lock of this row is the
    lock of the chain, held while documents are signed and until they are committed."""

    __tablename__ = "chain_end"

    device_id: Mapped[int] = mapped_column(ForeignKey("zatca.device.id"), primary_key=True)
    next_counter: Mapped[int] = mapped_column(server_default="1")
    last_hash: Mapped[str] = mapped_column(server_default=FIRST_PREVIOUS_HASH)

    __table_args__ = (
        CheckConstraint("next_counter >= 1", name="next_counter"),
        {"schema": "zatca", "info": {"audit": "none"}},
    )
