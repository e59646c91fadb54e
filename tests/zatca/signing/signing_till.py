"""A till that signs by itself, in Python: it has a key of its own, learns its terms from the feed,
answers what it is asked to sign, and writes what it sells as electronic invoices of one chain."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from addons.zatca.documents.certificates import certificate_of
from addons.zatca.documents.signing import RIYADH, Signed, sign
from addons.zatca.documents.ubl import build
from addons.zatca.documents.values import BookedTax, Chain, EInvoice, Identity, Line, Party
from tests.pos.sample_client import SampleTill

ECDSA = ec.ECDSA(hashes.SHA256())


@dataclass
class SigningTill:
    """The till, and where its chain ends."""

    till: SampleTill
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256K1())
    )
    terms: dict[str, Any] = field(default_factory=dict)
    counter: int = 0
    hash: str = ""

    def load(self) -> dict[str, Any]:
        """Learn the terms, none where it signs nothing; the chain goes on where it ended."""
        headers = {"Authorization": f"Bearer {self.till.token}"}
        answer = self.till.http.get("/api/v1/pos/feed", headers=headers)
        answer.raise_for_status()
        self.terms = answer.json()["einvoice"] or {}
        if not self.terms:
            return {}
        told = self.terms["chain"]
        if not self.hash or told["counter"] > self.counter:
            self.counter, self.hash = told["counter"], told["hash"]
        return self.terms

    def answer(self, **changed: Any) -> httpx.Response:
        """Send the public key, and what is given beside it."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        said = {"device": self.terms["device"], "public_key": _text(point), **changed}
        headers = {"Authorization": f"Bearer {self.till.token}"}
        return self.till.http.post("/api/v1/pos/signing", json=said, headers=headers)

    def sign_what_is_asked(self) -> str:
        """Sign until nothing is asked any more; the state of the device then."""
        assert self.load()["asks"]
        told = self.answer().raise_for_status().json()
        assert told["sign"]
        while told["sign"]:
            signatures = [
                {"id": one["id"], "signature": _text(self.signed(base64.b64decode(one["bytes"])))}
                for one in told["sign"]
            ]
            told = self.answer(signatures=signatures).raise_for_status().json()
        assert not self.load()["asks"]
        return told["state"]

    def signed(self, content: bytes) -> bytes:
        return self.key.sign(content, ECDSA)

    def sell(self, *lines: dict[str, Any], method: int, kind: str = "sale") -> dict[str, Any]:
        """Sell, or take back, and sign the receipt."""
        payload = self.till.sale(*lines, method=method)
        return self.add(kind, payload)

    def add(self, kind: str, payload: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """Write a sale into the outbox, signed; `changed` is what the till says wrongly of it."""
        now = datetime.now(UTC).replace(microsecond=0)
        signed = {**self.document(kind, payload, now), **changed}
        at = now.isoformat().replace("+00:00", "Z")
        return self.till.add(kind, {**payload, "einvoice": signed}, occurred_at=at)

    def document(
        self, kind: str, payload: dict[str, Any], at: datetime, **changed: Any
    ) -> dict[str, Any]:
        """The next document of the chain; `changed` are fields of the invoice."""
        chain = Chain(str(uuid.uuid4()), self.counter + 1, self.hash)
        made = self.made(replace(self.invoice(kind, payload, at), **changed), chain, at)
        self.counter, self.hash = chain.counter, made.hash
        return self.said(chain, made)

    def made(self, invoice: EInvoice, chain: Chain, at: datetime) -> Signed:
        certificate = certificate_of(self.terms["certificate"]["text"])
        return sign(build(invoice, chain), self.key, certificate, at)

    def said(self, chain: Chain, made: Signed) -> dict[str, Any]:
        """As it stands in the payload."""
        return {
            "device": self.terms["device"],
            "uuid": chain.uuid,
            "counter": chain.counter,
            "previous_hash": chain.previous_hash,
            "hash": made.hash,
            "xml": made.xml.decode(),
        }

    def invoice(self, kind: str, payload: dict[str, Any], at: datetime) -> EInvoice:
        """What a sale becomes; all of it bears the usual tax."""
        here, back = at.astimezone(RIYADH), kind == "refund"
        seller = self.terms["seller"]
        return EInvoice(
            number=payload["number"],
            issue_date=here.date(),
            issue_time=here.time(),
            seller=Party(**{**seller, "identity": Identity(**seller["identity"])}),
            lines=tuple(map(_line, payload["lines"])),
            kind="381" if back else "388",
            standard=False,
            booked_taxes=(BookedTax("S", Decimal(15), abs(Decimal(payload["tax"]))),),
            reason=self.terms["words"]["returned"] if back else "",
            references=(self.terms["words"]["without_receipt"],) if back else (),
            payment_means=self.terms["means"]["cash"],
        )


def _line(line: dict[str, Any]) -> Line:
    quantity, net = abs(Decimal(line["quantity"])), abs(Decimal(line["net"]))
    return Line(str(line["line"]), line["label"], quantity, Decimal(line["price"]), net=net)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
