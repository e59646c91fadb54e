"""Receipts: bytes that a thermal printer understands, in letters that it has or as pictures."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image

from core.errors import Unavailable
from core.printing.codes import qr_svg
from core.printing.document import Code
from core.printing.network import send_to_printer
from core.printing.receipts import PAPERS, Receipt, Roll, commands, pictures
from tests.printing.papers import PLAIN, arabic_invoice, english_order

DRAWER = b"\x1bp\x00"
CUT = b"\x1dV"
RASTER = b"\x1dv0\x00"


def _latin(roll: Roll = 80) -> Receipt:
    return Receipt(replace(english_order(3), codes=()), PLAIN, roll, qr="https://shop.example/r/42")


def _arabic(roll: Roll = 80) -> Receipt:
    code = Code(qr_svg("https://shop.example/r/42"), 28, square=True)
    return Receipt(replace(arabic_invoice(), codes=(code,)), PLAIN, roll)


@pytest.mark.parametrize("roll", [58, 80])
def test_latin_letters_go_as_text_that_fits_the_roll(roll: Roll) -> None:
    sent = commands(_latin(roll))
    assert RASTER not in sent
    lines = [line for line in sent.split(b"\n") if b"Total" in line]
    assert lines[-1].endswith(b"SAR 234.60")
    rule = next(line for line in sent.split(b"\n") if b"-----" in line)
    assert rule.count(b"-") == PAPERS[roll].letters
    assert b"https://shop.example/r/42" in sent


@pytest.mark.parametrize("roll", [58, 80])
def test_arabic_goes_as_a_picture_as_wide_as_the_head(roll: Roll) -> None:
    sent = commands(_arabic(roll))
    at, rows = sent.index(RASTER), 0
    while sent[at : at + 4] == RASTER:
        a_row, height = (int.from_bytes(sent[at + i : at + i + 2], "little") for i in (4, 6))
        assert a_row * 8 == PAPERS[roll].dots
        at, rows = at + 8 + a_row * height, rows + height
    (picture,) = pictures(_arabic(roll))
    assert rows == picture.height
    (code,) = zxingcpp.read_barcodes(picture.convert("L"))
    assert code.text == "https://shop.example/r/42"


def test_dots_of_a_picture_are_black_where_the_paper_is() -> None:
    sent = commands(_arabic())
    at = sent.index(RASTER) + 8
    picture = pictures(_arabic())[0]
    top = picture.crop((0, 0, picture.width, 240))
    black = sum(byte.bit_count() for byte in sent[at : at + 72 * 240])
    assert black == top.histogram()[0]


def test_the_drawer_opens_and_the_paper_is_cut_only_where_that_is_asked() -> None:
    plain = commands(replace(_latin(), cut=False))
    assert DRAWER not in plain
    assert CUT not in plain
    whole = commands(replace(_latin(), drawer=True))
    assert whole.index(DRAWER) < whole.index(CUT)


def test_a_long_receipt_is_sent_in_slices() -> None:
    document = replace(arabic_invoice(), grids=arabic_invoice().grids * 12)
    assert commands(Receipt(document, PLAIN)).count(RASTER) > 3


def test_a_receipt_is_the_same_each_time() -> None:
    assert commands(_arabic(58)) == commands(_arabic(58))


def test_bytes_reach_a_printer_in_the_network() -> None:
    received = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            connection, _ = server.accept()
            with connection:
                while part := connection.recv(4096):
                    received.extend(part)

        thread = threading.Thread(target=take)
        thread.start()
        sent = commands(_arabic())
        send_to_printer("127.0.0.1", sent, port=server.getsockname()[1])
        thread.join()
    assert bytes(received) == sent


def test_a_printer_that_is_off_is_reported_with_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(Unavailable, match=f"127.0.0.1:{port}"):
        send_to_printer("127.0.0.1", b"x", port=port)


def test_a_receipt_is_no_wider_than_its_roll() -> None:
    for roll in (58, 80):
        (picture,) = pictures(_arabic(roll))
        assert isinstance(picture, Image.Image)
        assert picture.width == PAPERS[roll].dots
