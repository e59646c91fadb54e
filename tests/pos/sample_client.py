"""A till in a hundred lines, written from docs/pos-sync.md alone: it imports nothing of the server.

It keeps its operations in order, numbers and chains them, sends them again when it is unsure, and
forgets one only when it is done.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid() -> str:
    """48 bits of time and 80 of chance, in Crockford's base 32."""
    number = (int(time.time() * 1000) << 80) | int.from_bytes(os.urandom(10), "big")
    return "".join(_LETTERS[(number >> shift) & 31] for shift in range(125, -5, -5))


def hash_of(operation: dict[str, Any]) -> str:
    """SHA-256 of the canonical form."""
    text = json.dumps(operation, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def now() -> str:
    """This moment in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class SampleTill:
    """A device that is bound to a register."""

    http: httpx.Client
    token: str
    register: int
    code: str
    binding: int
    last_hash: str
    currency: str = "SAR"
    seq: int = 0
    receipts: int = 0
    session: str = ""
    outbox: list[dict[str, Any]] = field(default_factory=list)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def bind(cls, http: httpx.Client, code: str, device: str = "Sample till") -> SampleTill:
        """A till made by the code that a manager showed."""
        answer = http.post("/api/v1/pos/bindings", json={"code": code, "device": device})
        answer.raise_for_status()
        bound = answer.json()
        register = bound["register"]
        return cls(
            http,
            bound["token"],
            register["id"],
            register["code"],
            bound["binding"],
            bound["chain"],
            register["currency"],
        )

    def add(self, kind: str, payload: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """Write an operation into the outbox; `changed` is for tests of what is wrong."""
        self.seq += 1
        operation = {
            "sync_id": ulid(),
            "register": self.register,
            "binding": self.binding,
            "seq": self.seq,
            "type": kind,
            "version": 1,
            "occurred_at": now(),
            "prev_hash": self.last_hash,
            "payload": payload,
        }
        operation |= changed
        self.last_hash = hash_of(operation)
        self.outbox.append(operation)
        return operation

    def open(self, cashier: int | None = None, amount: str = "100.00") -> dict[str, Any]:
        """Open a session."""
        self.session = ulid()
        payload = {"session": self.session, "cashier": cashier, "float": amount}
        return self.add("session_opened", payload)

    def number(self) -> str:
        """The next receipt's number."""
        self.receipts += 1
        return f"{self.code}-{self.binding}-{self.receipts:05d}"

    def sell(self, *lines: dict[str, Any], method: int, **more: Any) -> dict[str, Any]:
        """A sale of these lines, paid in one way."""
        operation = self.add("sale", self.sale(*lines, method=method, **more))
        self.printed[operation["sync_id"]] = operation["payload"]["number"]
        return operation

    def refund(self, *lines: dict[str, Any], method: int, **more: Any) -> dict[str, Any]:
        """A refund of these lines, which bring goods back."""
        return self.add("refund", self.sale(*lines, method=method, **more))

    def sale(self, *lines: dict[str, Any], method: int, **more: Any) -> dict[str, Any]:
        """The payload of a sale: sums, taxes and one payment."""
        net = sum((Decimal(line["net"]) for line in lines), Decimal(0))
        tax = sum((Decimal(line["tax"]) for line in lines), Decimal(0))
        total = str(net + tax)
        sums: dict[tuple[str, str], list[Decimal]] = {}
        for line in lines:
            for part in line["taxes"]:
                kept = sums.setdefault((part["code"], part["kind"]), [Decimal(0), Decimal(0)])
                kept[0] += Decimal(part["base"])
                kept[1] += Decimal(part["amount"])
        return {
            "session": self.session,
            "number": self.number(),
            "cashier": None,
            "currency": self.currency,
            "customer": None,
            "lines": [{**line, "line": place} for place, line in enumerate(lines, start=1)],
            "taxes": [
                {"code": code, "kind": kind, "base": str(base), "amount": str(amount)}
                for (code, kind), (base, amount) in sums.items()
            ],
            "net": str(net),
            "tax": str(tax),
            "total": total,
            "rounding": "0.00",
            "due": total,
            "payments": [{"method": method, "amount": total, "reference": "", "code": ""}],
            "change": "0.00",
            "coupons": [],
            "overrides": [],
            "note": "",
            **more,
        }

    def close(self, counted: list[tuple[int, str]]) -> dict[str, Any]:
        """Close the session with what was counted."""
        return self.add(
            "session_closed",
            {
                "session": self.session,
                "cashier": None,
                "counted": [{"method": method, "amount": amount} for method, amount in counted],
                "expected": [],
                "sales": None,
                "approved_by": None,
                "note": "",
            },
        )

    def send(self, operations: list[Any] | None = None, *, packed: bool = True) -> httpx.Response:
        """Send operations, by default all of the outbox."""
        batch = {
            "operations": self.outbox[:1000] if operations is None else operations,
            "app": "sample 1",
            "sent_at": now(),
            "unsynced": len(self.outbox),
            "persisted": True,
        }
        body = json.dumps(batch).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if packed:
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        return self.http.post("/api/v1/pos/sync", content=body, headers=headers)

    def sync(self) -> dict[str, Any]:
        """Send the outbox, and forget what is done."""
        answer = self.send()
        answer.raise_for_status()
        told = answer.json()
        for result in told["results"]:
            self.told[result["sync_id"]] = result.get("original", result)
        self.outbox = [
            one
            for one in self.outbox
            if self.told.get(one["sync_id"], {}).get("status") not in ("done", "dropped")
        ]
        return told

    def ask(self, sync_id: str) -> dict[str, Any]:
        """Where an operation stands."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.http.get(f"/api/v1/pos/sync/{sync_id}", headers=headers)
        answer.raise_for_status()
        return answer.json()


def line(
    product: int, price: str, quantity: str = "1", *, tax: str = "", rate: str = "15", **more: Any
) -> dict[str, Any]:
    """A line of a product: net is quantity times price, with one tax on top."""
    net = (Decimal(price) * Decimal(quantity)).quantize(Decimal("0.01"))
    amount = (net * Decimal(rate) / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    taxes = [{"code": tax, "kind": "standard", "base": str(net), "amount": str(amount)}]
    return {
        "product": product,
        "label": "",
        "quantity": quantity,
        "unit": None,
        "price": price,
        "discount_percent": "0",
        "discount": "0.00",
        "promotions": [],
        "tax_codes": [tax] if tax else [],
        "net": str(net),
        "tax": str(amount) if tax else "0.00",
        "taxes": taxes if tax else [],
        "lots": [],
        "of": None,
        **more,
    }
