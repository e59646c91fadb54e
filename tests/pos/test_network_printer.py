"""A till prints at a printer that only the server reaches: raw TCP, in networks that whoever runs
the server has opened for printers, and nowhere else."""

from __future__ import annotations

import base64

import httpx
import pytest

from addons.pos.models import Register
from addons.pos.services.printing.network import NETWORKS_VARIABLE
from addons.pos.services.registers import update_register
from core.errors import InvalidInput
from tests.pos.network_printer import Printer
from tests.pos.sample_client import SampleTill
from tests.pos.shop import TillShop

PAPER = b"\x1b@Green tea 11.50\n\x1dV\x42\x00"


def test_a_receipt_comes_out_of_the_printer_of_its_till(
    shop: TillShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer, till = Printer(), shop.till()
    alone = _print(till, PAPER)
    assert (alone.status_code, "no printer of its own" in alone.text) == (409, True)
    with pytest.raises(InvalidInput, match="has not opened this network"):
        _choose(shop, printer.address)
    monkeypatch.setenv(NETWORKS_VARIABLE, f"10.9.0.0/16, {printer.address}/32")
    for wrong, why in (
        ("printer.example", "number in the network"),
        (f"{printer.address}:6379", "ports 9100 to 9109"),
        ("10.8.0.1", "has not opened this network"),
        ("ipp://10.9.0.1", "Nobody here can reach"),
    ):
        with pytest.raises(InvalidInput, match=why):
            _choose(shop, wrong)
    _choose(shop, f" {printer.address} ")
    with printer.on():
        assert _print(till, PAPER).status_code == 204
    assert bytes(printer.paper) == PAPER
    off = _print(till, PAPER)
    assert (off.status_code, "cannot be reached" in off.text) == (503, True)
    for nothing in ({}, [], {"data": 5}, {"data": "?"}, {"data": ""}):
        assert _ask(till, nothing).status_code == 422
    monkeypatch.setenv(NETWORKS_VARIABLE, "")
    assert _print(till, PAPER).status_code == 409
    stranger = httpx.Headers({"Authorization": "Bearer nobody"})
    asked = till.http.post("/api/v1/pos/print", json={"data": "AAAA"}, headers=stranger)
    assert asked.status_code == 401


def _choose(shop: TillShop, address: str) -> None:
    with shop.kernel.session(shop.tenant) as session:
        register = session.query(Register).filter_by(code="R01").one()
        update_register(session, register, {"printer": address})


def _print(till: SampleTill, data: bytes) -> httpx.Response:
    return _ask(till, {"data": base64.b64encode(data).decode()})


def _ask(till: SampleTill, given: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {till.token}"}
    return till.http.post("/api/v1/pos/print", json=given, headers=headers)
