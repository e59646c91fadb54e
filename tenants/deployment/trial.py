"""The process in which newly installed addons are tried out (tenants.authoring.trying), as whoever
installs them holds it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from typing import Final, Self

CHECK_SECONDS: Final = 300
_GOODBYE_SECONDS: Final = 10


class Trial:
    """A process that can be begun before it is known what it will try out: it loads the platform
    meanwhile, which takes longer than the trial itself. Left without a word, it ends."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tenants.authoring.trying"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End it, used or not; it throws its server away."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.communicate(timeout=_GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def of(self, names: Iterable[str]) -> dict[str, str]:
        """Try these addons of the active set out, once; why each does not work, by name."""
        names = list(names)
        try:
            said, complaints = self._process.communicate(json.dumps(names) + "\n", CHECK_SECONDS)
        except subprocess.TimeoutExpired:
            return dict.fromkeys(names, f"it was not checked within {CHECK_SECONDS} seconds")
        if self._process.returncode != 0 or not said:
            last = (complaints.strip().splitlines() or ["it ended without a word"])[-1]
            return dict.fromkeys(names, f"the check itself failed: {last}")
        return json.loads(said.splitlines()[-1])
