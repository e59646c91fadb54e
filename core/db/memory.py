"""What a process keeps of the companies' settings: values by key, the least recently used go first.

Bounded in number and size over all companies together. A key begins with the company.
"""

from __future__ import annotations

import pickle
import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any, Final, NamedTuple

MAX_ENTRIES: Final = 20_000
MAX_BYTES: Final = 64 * 2**20
MAX_VALUE: Final = 2**20
"""Bytes of one value, as they would be written; what is larger is not kept."""

MISSING: Final = object()
"""What is given for a key that is not there: None is a value like any other."""

Key = tuple[Hashable, ...]


class _Entry(NamedTuple):
    value: Any
    size: int


class Memory:
    """Values that are shared by all threads of the process, and so are never changed."""

    def __init__(self, *, max_entries: int = MAX_ENTRIES, max_bytes: int = MAX_BYTES) -> None:
        self._entries: OrderedDict[Key, _Entry] = OrderedDict()
        self._bytes = 0
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._lock = threading.Lock()

    def get(self, key: Key) -> Any:
        """The value, or MISSING."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return MISSING
            self._entries.move_to_end(key)
            return entry.value

    def put(self, key: Key, value: Any) -> None:
        """Keep the value until others are in greater demand."""
        size = len(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
        if size > MAX_VALUE:
            return
        with self._lock:
            self._remove(key)
            self._entries[key] = _Entry(value, size)
            self._bytes += size
            while len(self._entries) > self._max_entries or self._bytes > self._max_bytes:
                self._remove(next(iter(self._entries)))

    def kept(self) -> tuple[Key, ...]:
        """What is kept at the moment, the least recently used first."""
        with self._lock:
            return tuple(self._entries)

    def _remove(self, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= entry.size
