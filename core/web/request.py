"""What a handler is told about the request: plain values, already read and bounded in size.

A handler never sees the socket, the framework or a coroutine, so it can be called with a
Request made from a few keyword arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal

import orjson
from starlette.datastructures import Headers, ImmutableMultiDict, QueryParams

from core.auth.actor import ANONYMOUS, Actor
from core.errors import InvalidInput
from core.i18n.written import written_locale
from core.tenancy.tenant import Tenant

Wants = Literal["page", "fragment", "json"]
"""A whole page for a browser, a piece of one for htmx, or JSON for a program."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent. `file` is open for reading from its start, on disk when large."""

    name: str
    media_type: str
    size: int
    file: BinaryIO

    def read(self) -> bytes:
        """All of its bytes, whatever was read before."""
        self.file.seek(0)
        return self.file.read()


Fields = ImmutableMultiDict[str, str]
Files = ImmutableMultiDict[str, Upload]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of one tenant, by one actor.

    `path_params` holds what the route's braces matched, typed as they say. `query`, `form`
    and `files` may hold several values of a name (`getlist`); `["name"]` is the last.
    """

    method: str
    path: str
    tenant: Tenant
    actor: Actor = ANONYMOUS
    path_params: Mapping[str, Any] = field(default_factory=dict)
    query: QueryParams = field(default_factory=QueryParams)
    form: Fields = field(default_factory=Fields)
    files: Files = field(default_factory=Files)
    body: bytes = b""
    headers: Headers = field(default_factory=Headers)
    cookies: Mapping[str, str] = field(default_factory=dict)
    locale: str = "en"
    request_id: str = ""
    wants: Wants = "page"
    host: str = ""
    secure: bool = False
    client: str = ""

    @property
    def addon(self) -> str:
        """Whose page or call this is, by its path; any other word is no addon's."""
        parts = self.path.removeprefix("/api/v1").split("/", 2)
        return parts[1] if len(parts) > 1 else ""

    @property
    def written(self) -> str:
        """The locale by which the reader's numbers and dates are written: `en_IN@hijri`."""
        return written_locale(self.locale, self.actor.written)

    @property
    def origin(self) -> str:
        """Scheme, host and port as the client wrote them, for addresses that leave the page."""
        return f"{'https' if self.secure else 'http'}://{self.headers.get('host', self.host)}"

    def json(self) -> Any:
        """The body as JSON; raises InvalidInput when it is not."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise InvalidInput.of(
                "body", f"The body is not valid JSON: {error}.", fix="Send one JSON document."
            ) from error
