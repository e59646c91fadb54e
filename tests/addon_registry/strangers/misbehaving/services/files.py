"""Reads and writes files of the server."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def look_around() -> str:
    shutil.copy("/etc/passwd", "/tmp/passwd")
    Path("/var/tmp/left_here").write_text("was here")
    os.remove("/var/tmp/left_here")
    with open("/etc/hostname") as file:
        return file.read()
