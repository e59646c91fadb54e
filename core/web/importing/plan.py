"""What is to become of a file: which column fills which field, what stands in for missing ones,
and what happens to rows with mistakes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, get_args

Mode = Literal["both", "create", "update"]
"""What a file may do: create records and change those that exist, or one of the two."""
Keep = Literal["all", "good"]
"""With problems, keep nothing at all, or all that is right."""
MODES: Final[tuple[Mode, ...]] = get_args(Mode)
KEEPS: Final[tuple[Keep, ...]] = get_args(Keep)


@dataclass(frozen=True, slots=True)
class Plan:
    """`columns` maps the places of the file's columns (from 0) to names of targets, `defaults`
    names of targets to texts. `create_missing` names the references whose records are made
    when a row names one that there is not."""

    columns: Mapping[int, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    mode: Mode = "both"
    keep: Keep = "all"
    create_missing: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        columns = {str(place): name for place, name in self.columns.items()}
        return {**asdict(self), "columns": columns, "create_missing": sorted(self.create_missing)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """What `to_json` gave."""
        return cls(
            columns={int(place): name for place, name in data["columns"].items()},
            defaults=dict(data["defaults"]),
            mode=data["mode"],
            keep=data["keep"],
            create_missing=frozenset(data["create_missing"]),
        )

    @property
    def matched(self) -> frozenset[str]:
        """The targets that columns fill."""
        return frozenset(self.columns.values())

    def place_of(self, name: str) -> int | None:
        """The column that fills a target."""
        return next((place for place, filled in self.columns.items() if filled == name), None)
