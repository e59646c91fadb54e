"""How large a package may be: whoever sends one must not fill a disk or a memory.

The ratio keeps a small file from unpacking into a huge one; what people write and draw shrinks to
a tenth at most, so a hundred is no package any more.
"""

from __future__ import annotations

from typing import Final

MAX_WHEEL: Final = 100 * 2**20
MAX_UNPACKED: Final = 200 * 2**20
MAX_FILE: Final = 50 * 2**20
MAX_FILES: Final = 10_000
MAX_RATIO: Final = 100
MAX_PATH: Final = 200
MAX_SIGNATURE: Final = 64 * 2**10
