"""The samples as files: one chain through all scenarios, and a list that says what each must be."""

from __future__ import annotations

import csv
import uuid
from datetime import datetime
from pathlib import Path
from typing import Final

from addons.zatca.documents.signing import sign
from addons.zatca.documents.ubl import build
from addons.zatca.documents.values import FIRST_PREVIOUS_HASH, Chain
from addons.zatca.samples.device import new_device
from addons.zatca.samples.scenarios import scenarios

INDEX: Final = "index.csv"
CERTIFICATE: Final = "certificate.pem"
_HEADS: Final = ("file", "scenario", "counter", "uuid", "previous_hash", "hash", "qr")


def write_samples(folder: Path, at: datetime) -> int:
    """Write a signed document for every scenario into a folder, with `index.csv` and the
    certificate; returns how many. `at` is an aware time, when all of them are issued."""
    folder.mkdir(parents=True, exist_ok=True)
    device, previous = new_device(at), FIRST_PREVIOUS_HASH
    (folder / CERTIFICATE).write_bytes(device.pem)
    cases = scenarios(at)
    with (folder / INDEX).open("w", newline="", encoding="utf-8") as opened:
        index = csv.writer(opened)
        index.writerow(_HEADS)
        for counter, case in enumerate(cases, 1):
            place = Chain(str(uuid.uuid4()), counter, previous)
            signed = sign(build(case.invoice, place), device.key, device.certificate, at)
            name = f"{counter:03}-{case.name}.xml"
            (folder / name).write_bytes(signed.xml)
            row = (name, case.name, counter, place.uuid, previous, signed.hash, signed.qr)
            index.writerow(row)
            previous = signed.hash
    return len(cases)
