"""A request as it arrives: read from the socket, bounded in size, not yet anybody's."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from starlette.datastructures import FormData, Headers, QueryParams, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import cookie_parser
from starlette.types import Receive, Scope

from core.auth.actor import ANONYMOUS, Actor
from core.auth.credentials import SESSION_COOKIE, Credential
from core.errors import InvalidInput
from core.i18n import LOCALES, negotiate, phrase
from core.tenancy.tenant import Tenant
from core.tracing.current import Span
from core.web.errors import ClientGone, TooLarge
from core.web.request import Fields, Files, Upload, Wants

MAX_BODY = 10 * 2**20
"""Bytes of JSON or of a plain form."""
MAX_UPLOAD = 64 * 2**20
"""Bytes of the files in a form, where its route names no limit of its own."""
FORM_AROUND_FILES = 2**20
"""Bytes of the fields and headers between the files."""
MAX_FIELDS = 20_000
"""Fields of a form; a document of a thousand lines has some twenty each."""
LANGUAGE_COOKIE = "language"
API_PREFIX = "/api/"

_NO_QUERY = QueryParams()
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


@dataclass(slots=True)
class Incoming:
    """One HTTP request to one tenant, with what can be read off it without asking anybody.

    `credential` is what it shows of who sent it. `actor`, `addon` and the pattern of its `route`
    are filled in once they are known, for errors, the log and the trace.
    """

    method: str
    path: str
    tenant: Tenant
    host: str
    headers: Headers
    query_string: bytes
    secure: bool
    client: str
    request_id: str
    cookies: Mapping[str, str]
    credential: Credential | None
    body: bytes = b""
    form: Fields = field(default_factory=Fields)
    files: Files = field(default_factory=Files)
    actor: Actor = ANONYMOUS
    addon: str = ""
    route: str = ""
    span: Span | None = None

    @property
    def wants(self) -> Wants:
        """Which shape the answer should have."""
        if self.path.startswith(API_PREFIX):
            return "json"
        if self.headers.get("hx-request") == "true" and "hx-boosted" not in self.headers:
            return "fragment"
        accept = self.headers.get("accept", "")
        # Whoever shows a token is a program, which can do nothing with a sign-in page.
        program = "json" in accept or "authorization" in self.headers
        return "json" if program and "text/html" not in accept else "page"

    @property
    def address(self) -> str:
        """Path and query, as they stand in the address bar."""
        query = self.query_string.decode("latin-1")
        return f"{self.path}?{query}" if query else self.path

    @property
    def query(self) -> QueryParams:
        """The parameters in the address."""
        return QueryParams(self.query_string) if self.query_string else _NO_QUERY

    @property
    def locale(self) -> str:
        """The user's own language, else the browser's choice or wish, else the company's."""
        for wish in (self.actor.locale, self.cookies.get(LANGUAGE_COOKIE, "")):
            if wish in LOCALES:
                return wish
        asked = negotiate(self.headers.get("accept-language", ""))
        return asked or self.tenant.locale

    def rewind(self) -> None:
        """Make the files readable from their start again, for a second try."""
        for _, upload in self.files.multi_items():
            upload.file.seek(0)

    def close(self) -> None:
        """Let go of the files."""
        for _, upload in self.files.multi_items():
            upload.file.close()


def open_request(
    scope: Scope, headers: Headers, tenant: Tenant, host: str, request_id: str
) -> Incoming:
    """What the head of the request says."""
    cookies = cookie_parser(headers.get("cookie", ""))
    client = scope.get("client")
    return Incoming(
        method=scope["method"],
        path=scope["path"],
        tenant=tenant,
        host=host,
        headers=headers,
        query_string=scope["query_string"],
        secure=scope["scheme"] in ("https", "wss"),
        client=client[0] if client else "",
        request_id=request_id,
        cookies=cookies,
        credential=_credential(headers, cookies, host),
    )


def _credential(headers: Headers, cookies: Mapping[str, str], host: str) -> Credential | None:
    """An API token comes before a session cookie."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return Credential("token", token.strip(), host)
    secret = cookies.get(SESSION_COOKIE)
    return Credential("session", secret, host) if secret else None


def brings_files(incoming: Incoming) -> bool:
    """Whether what is sent is a form with files."""
    return _media_type(incoming) == _MULTIPART


async def read_body(
    incoming: Incoming,
    receive: Receive,
    *,
    max_upload: int = MAX_UPLOAD,
    max_body: int = MAX_BODY,
) -> None:
    """Read what was sent, as a form or as bytes; raises TooLarge and InvalidInput.

    Files go to disk as they arrive, `max_upload` bytes of them and the form around them at the
    most; a body that announces more, or more than `max_body` where it is no form, is refused
    unread.
    """
    media_type = _media_type(incoming)
    allowed = {_MULTIPART: max_upload, _FORM: MAX_BODY}.get(media_type, max_body)
    limit = max_upload + FORM_AROUND_FILES if media_type == _MULTIPART else allowed
    announced = incoming.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(allowed)
    stream = _bounded(receive, limit, _too_large(allowed))
    try:
        if media_type == _FORM:
            form = FormParser(
                incoming.headers, stream, max_fields=MAX_FIELDS, max_part_size=MAX_BODY
            )
        elif media_type == _MULTIPART:
            form = MultiPartParser(
                incoming.headers, stream, max_fields=MAX_FIELDS, max_part_size=MAX_BODY
            )
        else:
            incoming.body = b"".join([chunk async for chunk in stream])
            return
        _take_form(incoming, await form.parse())
    except _Cut as cut:
        raise cut.reason from None
    except MultiPartException as error:
        raise InvalidInput(f"The form cannot be read: {error.message}") from error


def _take_form(incoming: Incoming, form: FormData) -> None:
    fields: list[tuple[str, str]] = []
    files: list[tuple[str, Upload]] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            upload = Upload(
                name=value.filename or "",
                media_type=value.content_type or "application/octet-stream",
                size=value.size or 0,
                file=cast("Any", value.file),
            )
            files.append((name, upload))
        else:
            fields.append((name, value))
    incoming.form, incoming.files = Fields(fields), Files(files)


async def _bounded(
    receive: Receive, limit: int, too_large: TooLarge
) -> AsyncGenerator[bytes, None]:
    """The body's chunks, as long as they stay within the limit."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Cut(ClientGone())
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _Cut(too_large)
        more = message.get("more_body", False)
        yield chunk


class _Cut(MultiPartException):
    """The body ends here, for a reason that is not in it. Of a kind that lets the parser close
    the files it has begun."""

    def __init__(self, reason: Exception) -> None:
        super().__init__("cut")
        self.reason = reason


def _media_type(incoming: Incoming) -> str:
    return incoming.headers.get("content-type", "").partition(";")[0].strip().lower()


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        phrase("What was sent is larger than {megabytes} MB.", megabytes=limit // 2**20),
        fix=phrase("Send a smaller file, or split it into several."),
    )
