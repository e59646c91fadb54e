"""A company in tests: its seller, devices that went through every step, and signed documents."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.orm import Session

from addons.zatca.documents.certificates import certificate_of
from addons.zatca.documents.hashing import base64_text
from addons.zatca.documents.signing import RIYADH, sign
from addons.zatca.documents.ubl import build
from addons.zatca.documents.values import FIRST_PREVIOUS_HASH, Chain, EInvoice, Line
from addons.zatca.models import ChainEnd, Device, Document, Seller
from addons.zatca.samples.parties import COMPANY, SELLER
from addons.zatca.services.keyring import signing_key
from addons.zatca.services.onboarding import steps
from addons.zatca.services.onboarding.naming import new_serial
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.zatca.authority.server import StandIn

_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Company:
    """What the tests do in it."""

    kernel: Kernel
    tenant: Tenant
    authority: StandIn

    def have_seller(self) -> None:
        with self.kernel.session(self.tenant) as session:
            if session.query(Seller).count():
                return
            assert SELLER.identity is not None
            session.add(
                Seller(
                    name=SELLER.name[:60],
                    vat_number=SELLER.vat_number,
                    identity=SELLER.identity.value,
                    street=SELLER.street,
                    building=SELLER.building,
                    district=SELLER.district,
                    city=SELLER.city,
                    postal_zone=SELLER.postal_zone,
                )
            )

    def new_device(self, kinds: str = "1100", environment: str = "simulation") -> int:
        """A device as it is when somebody has just named it."""
        with self.kernel.session(self.tenant) as session:
            device = Device(
                name=f"Device {next(_NUMBERS)}",
                serial=new_serial("Test"),
                invoice_kinds=kinds,
                environment=environment,
            )
            session.add(device)
            session.flush()
            return device.id

    def active_device(self, kinds: str = "1100", environment: str = "simulation") -> int:
        """A device that signs."""
        device_id = self.new_device(kinds, environment)
        otp = self.authority.register.new_password()
        with self.kernel.session(self.tenant) as session:
            device = session.get_one(Device, device_id)
            steps.make_key(session, device)
            assert steps.request_compliance(session, device, otp).done
            shown = steps.show_documents(session, device)
            assert shown.done, shown.problems
            assert steps.request_production(session, device).done
        return device_id

    def signed(
        self, device_id: int, *, standard: bool = False, at: datetime | None = None, **changes: str
    ) -> int:
        """A document at the next place of the device's chain, signed and not sent."""
        with self.kernel.session(self.tenant) as session:
            moment = at or datetime.now(UTC) - timedelta(minutes=1)
            return have_document(session, device_id, moment, standard, **changes).id


def have_document(
    session: Session, device_id: int, at: datetime, standard: bool = False, **changes: str
) -> Document:
    """The next link of a device's chain, issued at a moment, signed and not sent."""
    device = session.get_one(Device, device_id)
    return _linked(session, device, replace(_invoice(standard, at), **changes))  # type: ignore[arg-type]


def _invoice(standard: bool, at: datetime) -> EInvoice:
    here = at.astimezone(RIYADH)
    return EInvoice(
        number=f"T-{next(_NUMBERS):05}",
        issue_date=here.date(),
        issue_time=here.time().replace(microsecond=0),
        seller=replace(SELLER, name=SELLER.name[:60]),
        lines=(Line("1", "Dates | تمر", Decimal(2), Decimal("50.00")),),
        standard=standard,
        buyer=COMPANY if standard else None,
        supply_date=here.date(),
        payment_means="10",
    )


def _linked(session: Session, device: Device, invoice: EInvoice) -> Document:
    end = session.get(ChainEnd, device.id, with_for_update=True) or ChainEnd(
        device_id=device.id, next_counter=1, last_hash=FIRST_PREVIOUS_HASH
    )
    chain = Chain(str(uuid.uuid4()), end.next_counter, end.last_hash)
    key: ec.EllipticCurvePrivateKey = signing_key(session, device)
    assert device.certificate is not None
    certificate = certificate_of(base64_text(device.certificate))
    issued = datetime.combine(invoice.issue_date, invoice.issue_time, RIYADH)
    signed = sign(build(invoice, chain), key, certificate, issued)
    document = Document(
        device_id=device.id,
        counter=chain.counter,
        uuid=chain.uuid,
        source_type="pos.sale",
        source_id=next(_NUMBERS),
        number=invoice.number,
        kind=invoice.kind,
        standard=invoice.standard,
        issue_at=issued,
        hash=signed.hash,
        previous_hash=chain.previous_hash,
        xml=signed.xml,
        qr=signed.qr,
        currency="SAR",
        total=Decimal("115.00"),
        tax=Decimal("15.00"),
        deadline_at=issued + timedelta(hours=24),
    )
    end.next_counter, end.last_hash = chain.counter + 1, signed.hash
    session.add_all([document, end])
    session.flush()
    return document
