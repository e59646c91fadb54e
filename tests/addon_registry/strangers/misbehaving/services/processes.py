"""Runs other programs, and reads the platform's own secrets."""

from __future__ import annotations

import os
import subprocess


def run(command: str) -> str:
    os.system(command)
    subprocess.run(command, shell=True, check=False)
    return os.environ["AORABOOKS_SECRET_KEY"]
