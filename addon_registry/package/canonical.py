"""One spelling of a value as bytes, so that everybody signs and hashes the same.

It is RFC 8785 (JSON canonicalization) for what occurs in packages: objects with ASCII keys,
arrays, strings, whole numbers, booleans and null.
"""

from __future__ import annotations

import json
from typing import Any


def canonical(value: Any) -> bytes:
    """The value as UTF-8 JSON with sorted keys and no spaces."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()
