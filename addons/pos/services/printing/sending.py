"""What a till prints by way of the server: handed to whoever reaches the register's printer."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from sqlalchemy.orm import Session

from addons.pos.extension_points import ReceiptPrinter
from addons.pos.models import Register
from core.api import Conflict, InvalidInput, extensions, phrase

MOST_BYTES: Final = 512 * 1024
"""Of one print: some three metres of paper that is all dots."""
_BY: Final = "://"
_NETWORK: Final = "tcp"


def flaw_of(session: Session, address: str) -> str:
    """Why nothing can be printed at an address; empty where it may be tried."""
    found = _printer(session, address)
    if found is None:
        return phrase("Nobody here can reach such a printer.")
    printer, place = found
    return printer.flaw(place)


def print_bytes(session: Session, register: Register, text: str) -> None:
    """Print what a till made, in base64, at its register's printer. Raises InvalidInput, Conflict
    where the register has no printer that may be reached, and Unavailable."""
    data = _decoded(text)
    found = _printer(session, register.printer) if register.printer else None
    problem = found[0].flaw(found[1]) if found else phrase("This till has no printer of its own.")
    if found is None or problem:
        raise Conflict(problem, fix=phrase("Enter it at the till in the back office."))
    printer, place = found
    printer.send(place, data)


def _printer(session: Session, address: str) -> tuple[ReceiptPrinter, str] | None:
    """Who reaches a printer, and what they call it: "tcp://192.168.8.20", or the number alone."""
    way, place = _parts(address)
    printer = extensions(session, ReceiptPrinter).get(way)
    return None if printer is None else (printer, place)


def _parts(address: str) -> tuple[str, str]:
    way, by, place = address.strip().partition(_BY)
    return (way, place) if by else (_NETWORK, way)


def _decoded(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not 0 < len(data) <= MOST_BYTES:
        raise InvalidInput.of("data", phrase("Send what is to be printed, in base64."))
    return data
