"""`index.json.gz`: the releases as one file, packed and unpacked within limits."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import orjson

from addon_registry.repository.layout import MAX_INDEX_BYTES

Records = dict[str, list[dict[str, Any]]]


def as_bytes(records: Records) -> bytes:
    """The records packed; the same records give the same bytes."""
    content = {"format": 1, "addons": records}
    return gzip.compress(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), mtime=0)


def from_bytes(packed: bytes) -> Records:
    """The records, by addon; raises ValueError if this is no index or unpacks to too much."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        content = unpacker.decompress(packed, MAX_INDEX_BYTES)
    except zlib.error as error:
        raise ValueError(f"the index cannot be unpacked ({error})") from error
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise ValueError("the index is incomplete or too large")
    data = orjson.loads(content)
    addons = data.get("addons") if isinstance(data, dict) else None
    if not isinstance(addons, dict) or not all(map(_is_list_of_records, addons.values())):
        raise ValueError("the index names no addons")
    return addons


def _is_list_of_records(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(record, dict) for record in value)
