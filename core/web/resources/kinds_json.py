"""Structured values: a JSON object or list, edited as its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import orjson

from core.i18n import phrase
from core.web.resources.culture import Culture
from core.web.resources.kinds import Control, Unreadable


@dataclass(frozen=True, slots=True)
class Json:
    """A JSON object or list."""

    control: Control = "multiline"
    figure: ClassVar[bool] = False
    ranged: ClassVar[bool] = False

    def read(self, text: str, culture: Culture) -> Any:
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise Unreadable(phrase("This is not JSON: {error}.", error=str(error))) from None
        return self.accept(value)

    def accept(self, data: Any) -> Any:
        if not isinstance(data, dict | list):
            raise Unreadable(phrase('Give a JSON object, such as {"id": 1}, or a list.'))
        return data

    def show(self, value: Any, culture: Culture) -> str:
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return ", ".join(value)
        return orjson.dumps(value).decode()

    def edit(self, value: Any, culture: Culture) -> str:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()

    def write(self, value: Any) -> Any:
        return value

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "object"}, {"type": "array"}]}
