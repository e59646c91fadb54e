"""What the resource toolkit itself contributes: the description of the API."""

from __future__ import annotations

from typing import Final

from core.declare import SIGNED_IN, Route
from core.part import KernelPart
from core.web.resources.openapi import api_docs, openapi_json

PART: Final = KernelPart(
    routes=(
        Route("GET", "/api/openapi.json", openapi_json, SIGNED_IN),
        Route("GET", "/api/docs", api_docs, SIGNED_IN),
    )
)
