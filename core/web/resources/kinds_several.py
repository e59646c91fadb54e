"""Several of a few values at once: a group of boxes to tick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from core.i18n import phrase
from core.web.resources.culture import Culture
from core.web.resources.kinds import Control, Unreadable


@dataclass(frozen=True, slots=True)
class Several:
    """Values out of `labels`, which maps codes without commas to titles; as text they stand
    in one line with commas between, and keep the order of the labels."""

    labels: Mapping[str, str]
    control: Control = "choices"
    figure: ClassVar[bool] = False
    ranged: ClassVar[bool] = False

    def read(self, text: str, culture: Culture) -> list[str]:
        return self.accept([part.strip() for part in text.split(",") if part.strip()])

    def accept(self, data: Any) -> list[str]:
        if not isinstance(data, list) or not all(isinstance(item, str) for item in data):
            raise Unreadable(phrase("This must be an array of texts."))
        if not self.labels.keys() >= set(data):
            choices = ", ".join(self.labels)
            raise Unreadable(phrase("Each must be one of: {choices}.", choices=choices))
        return [code for code in self.labels if code in data]

    def show(self, value: Iterable[str], culture: Culture) -> str:
        return ", ".join(str(self.labels.get(code, code)) for code in value)

    def edit(self, value: Iterable[str], culture: Culture) -> str:
        return ",".join(value)

    def write(self, value: Iterable[str]) -> list[str]:
        return list(value)

    def schema(self) -> dict[str, Any]:
        items = {"type": "string", "enum": list(self.labels)}
        return {"type": "array", "uniqueItems": True, "items": items}
