"""Documents made and stored, as tills' sales are (many in a transaction) and as an invoice is (one
alone), beside what nobody can do without: the canonical form of the same documents by lxml, and one
ECDSA signature for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from addons.zatca.documents.hashing import canonical_form
from addons.zatca.documents.reading import parsed
from addons.zatca.documents.signing import sign
from addons.zatca.documents.ubl import build
from addons.zatca.documents.values import Chain, EInvoice
from addons.zatca.samples.device import new_device
from addons.zatca.samples.scenarios import scenarios
from addons.zatca.services.chain.linking import link_all
from addons.zatca.services.preparing.values import Ready
from benchmarks.figure import Figure, against, progress
from benchmarks.rates import in_turn, seconds
from benchmarks.stage import stage
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.zatca.trade.trader import have_device

NAMES: Final = ("documents_per_s", "documents_alone_per_s")
_DOCUMENTS: Final = 200
_AT_ONCE: Final = 100
_LINES: Final = 3


def measure() -> Iterator[Figure]:
    """Simplified invoices of three lines a second, one thread; the aim is 150."""
    now = datetime.now(UTC)
    invoice = _invoice(now)
    with stage() as here:
        tenant = here.tenant("bench-zatca", ("zatca", "sales", "accounting", "vat"))
        with here.kernel.session(tenant) as session:
            device = have_device(session)
        progress(f"{_DOCUMENTS} documents, {_AT_ONCE} and one in a transaction")
        maker = _Maker(here.kernel, tenant, device, invoice, now)
        maker.make(_DOCUMENTS, 1)
        bare = _Bare(invoice, now)
        many, alone, limit = in_turn(
            lambda: _DOCUMENTS / seconds(lambda: maker.make(_DOCUMENTS, _AT_ONCE)),
            lambda: _DOCUMENTS / seconds(lambda: maker.make(_DOCUMENTS, 1)),
            lambda: _DOCUMENTS / seconds(lambda: bare.make(_DOCUMENTS)),
        )
    note = f"{_LINES} lines, built, signed, stored, committed; beside C14N and ECDSA alone"
    yield against("documents_per_s", many, "docs/s", limit, note)
    yield against("documents_alone_per_s", alone, "docs/s", limit, "a transaction for each")


def _invoice(now: datetime) -> EInvoice:
    found = next(one.invoice for one in scenarios(now) if not one.invoice.standard)
    lines = tuple(replace(found.lines[0], id=str(place)) for place in range(1, _LINES + 1))
    return replace(found, lines=lines)


class _Maker:
    """Posts documents as sales do, without the sales."""

    def __init__(
        self, kernel: Kernel, tenant: Tenant, device: int, invoice: EInvoice, now: datetime
    ) -> None:
        self._kernel, self._tenant, self._device = kernel, tenant, device
        self._invoice, self._now, self._made = invoice, now, 0

    def make(self, count: int, at_once: int) -> None:
        for _ in range(count // at_once):
            with self._kernel.session(self._tenant) as session:
                link_all(session, [self._next() for _ in range(at_once)])

    def _next(self) -> Ready:
        self._made += 1
        return Ready("bench.sale", self._made, self._device, self._invoice, self._now, None, None)


class _Bare:
    """The canonical form of a finished document, and a signature."""

    def __init__(self, invoice: EInvoice, now: datetime) -> None:
        device = new_device(now)
        unsigned = build(invoice, Chain("00000000-0000-4000-8000-000000000001", 1))
        self._document = parsed(sign(unsigned, device.key, device.certificate, now).xml)
        self._key, self._how = device.key, ec.ECDSA(hashes.SHA256())

    def make(self, count: int) -> None:
        for _ in range(count):
            self._key.sign(canonical_form(self._document), self._how)
