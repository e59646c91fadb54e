"""Devices with a disk of their own, which survives when the power is cut."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType

from tests.chrome import ARGUMENTS
from tests.programs import chromium


def device(kind: BrowserType, folder: Path, *arguments: str, **more: Any) -> BrowserContext:
    """A Chromium that keeps what it stores in this folder: the whole one unless another is named
    as `executable_path`."""
    more.setdefault("locale", "en-GB")
    more.setdefault("executable_path", chromium())
    context = kind.launch_persistent_context(folder, args=[*ARGUMENTS, *arguments], **more)
    context.set_default_timeout(60_000)
    return context


def cut_the_power(folder: Path) -> None:
    """Kill Chromium at once, with all that belongs to this device's profile."""
    marked = f"--user-data-dir={folder}".encode()
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal():
            continue
        try:
            if marked in (process / "cmdline").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)
        except OSError:
            continue  # it has ended by itself


_STORED = """
async () => {
  const open = indexedDB.open("till");
  await new Promise((done) => (open.onsuccess = done));
  const asked = open.result.transaction("receipts").objectStore("receipts").getAll();
  await new Promise((done) => (asked.onsuccess = done));
  open.result.close();
  return Object.fromEntries(asked.result.map((one) => [one.sync_id, one.number]));
}
"""


def stored_receipts(context: BrowserContext) -> dict[str, str]:
    """The numbers of the receipts on the device's disk, by what they are known as."""
    return context.pages[0].evaluate(_STORED)
