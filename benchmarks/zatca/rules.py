"""One document against all rules of the authority, beside Saxon evaluating its own assertions.

The documents are those of the samples command; the peer reads the table of facts and is left out
where that is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from saxonche import PySaxonProcessor

from addons.zatca.documents.signing import RIYADH, sign
from addons.zatca.documents.ubl import build
from addons.zatca.documents.values import Chain, EInvoice
from addons.zatca.rules.checking import check
from addons.zatca.samples.scenarios import scenarios
from benchmarks.figure import Figure, against
from benchmarks.rates import in_turn, seconds
from tests.zatca.authority.rule_table import style_sheet
from tests.zatca.authority.validator import facts
from tests.zatca.documents.signers import signer

NAMES: Final = ("rules_ms",)
_DOCUMENTS: Final = 40


def measure() -> Iterator[Figure]:
    """Milliseconds for one document, warm; beside it the peer's in the same run."""
    now = datetime.now(UTC)
    documents = [_signed(one.invoice, now) for one in scenarios(now)[:_DOCUMENTS]]
    today = now.astimezone(RIYADH).date()
    _ours(documents, today, now)
    table = _table()
    note = f"{len(documents)} documents, all rules and the structure"
    if table is None:
        taken = seconds(lambda: _ours(documents, today, now))
        yield Figure("rules_ms", taken * 1000 / len(documents), "ms", note=note)
        return
    peer = _Peer(table)
    peer.judge(documents)
    ours, theirs = in_turn(
        lambda: seconds(lambda: _ours(documents, today, now)),
        lambda: seconds(lambda: peer.judge(documents)),
    )
    scale = 1000 / len(documents)
    yield against("rules_ms", ours * scale, "ms", theirs * scale, f"{note}; beside Saxon")


class _Peer:
    """Saxon with the assertions compiled once."""

    def __init__(self, table: Path) -> None:
        self._processor = PySaxonProcessor(license=False)
        compiler = self._processor.new_xslt30_processor()
        self._sheet = compiler.compile_stylesheet(stylesheet_text=style_sheet(table))

    def judge(self, documents: list[bytes]) -> None:
        for xml in documents:
            node = self._processor.parse_xml(xml_text=xml.decode())
            self._sheet.transform_to_string(xdm_node=node)


def _signed(invoice: EInvoice, now: datetime) -> bytes:
    device = signer()
    unsigned = build(invoice, Chain(str(UUID(int=1)), 1))
    return sign(unsigned, device.key, device.certificate, now).xml


def _ours(documents: list[bytes], today: date, now: datetime) -> None:
    for xml in documents:
        check(xml, today=today, now=now)


def _table() -> Path | None:
    try:
        return facts() / "rules.tsv"
    except FileNotFoundError:
        return None
