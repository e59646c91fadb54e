"""From what a handler replied to the bytes that are sent, inside the handler's transaction."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, cast
from urllib.parse import quote

import orjson
from sqlalchemy.orm import Session

from core.kernel import Kernel
from core.web.answer import Answer, RawHeaders, set_cookie
from core.web.replies import Cookie, Empty, File, Fragment, Json, Page, Redirect, Reply
from core.web.request import Request
from core.web.templating import Templates

NOTICE_COOKIE = "notice"
_IN_MEMORY = 2 * 2**20
_HTML = (b"content-type", b"text/html; charset=utf-8")
_NOT_KEPT = (b"cache-control", b"no-store")


class Renderer:
    """Turns replies into answers; one per process."""

    def __init__(self, kernel: Kernel, templates: Templates) -> None:
        self._secrets = kernel.secrets
        self._templates = templates

    def render(self, session: Session, request: Request, reply: Reply) -> Answer:
        """The answer to this request."""
        match reply:
            case Json():
                answer = Answer(reply.status, [_media_type(reply.media_type)], to_json(reply.data))
            case Page():
                answer = self._page(session, request, reply)
            case Fragment():
                text = self._templates.page(session, request, reply.template, reply.context)
                kind = _media_type(f"{reply.media_type}; charset=utf-8")
                answer = Answer(reply.status, [kind], text.encode())
            case Redirect():
                answer = self._redirect(request, reply)
            case File():
                answer = _file(reply)
            case Empty():
                answer = Answer(reply.status)
            case _:
                raise TypeError(f"a handler replied {reply!r}, which is no reply")
        _finish(answer, request, reply)
        return answer

    def _page(self, session: Session, request: Request, reply: Page) -> Answer:
        headers: RawHeaders = [_HTML]
        notice = ""
        if NOTICE_COOKIE in request.cookies:
            notice = self._read_notice(request)
            headers.append(set_cookie(Cookie(NOTICE_COOKIE, max_age=0), secure=request.secure))
        text = self._templates.page(session, request, reply.template, reply.context, notice=notice)
        return Answer(reply.status, headers, text.encode(), reply.forms_to)

    def _redirect(self, request: Request, reply: Redirect) -> Answer:
        headers: RawHeaders = []
        if reply.message:
            headers.append(set_cookie(self._notice(request, reply.message), secure=request.secure))
        url = quote(reply.url, safe="/:?#[]@!$&'()*+,;=%~-._").encode()
        if request.wants == "fragment":
            # htmx would follow a redirect inside the page; this makes the browser go there.
            return Answer(204, [(b"hx-redirect", url), *headers])
        status = reply.status if 300 <= reply.status < 400 else 303
        return Answer(status, [(b"location", url), *headers])

    def _notice(self, request: Request, message: str) -> Cookie:
        """The sentence for the next page, signed so that nobody else can put words there."""
        text = self._templates.translate(request.locale, message).encode()[:1500]
        signature = self._secrets.sign(text, purpose=_purpose(request))
        return Cookie(
            NOTICE_COOKIE, f"{base64.urlsafe_b64encode(text).decode()}.{signature}", max_age=60
        )

    def _read_notice(self, request: Request) -> str:
        encoded, _, signature = request.cookies[NOTICE_COOKIE].partition(".")
        try:
            text = base64.urlsafe_b64decode(encoded)
        except ValueError:
            return ""
        if not self._secrets.verify(text, signature, purpose=_purpose(request)):
            return ""
        return text.decode(errors="ignore")


def to_json(data: Any) -> bytes:
    """JSON as the API writes it: exact decimals as strings, times in UTC."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _file(reply: File) -> Answer:
    disposition = "inline" if reply.inline else "attachment"
    name = quote(reply.name, safe="")
    headers = [
        _media_type(reply.media_type),
        (b"content-disposition", f"{disposition}; filename*=UTF-8''{name}".encode()),
    ]
    return Answer(reply.status, headers, _content(reply.content))


def _content(content: bytes | Iterable[bytes] | BinaryIO) -> bytes | BinaryIO:
    if isinstance(content, bytes):
        return content
    if hasattr(content, "read"):
        return cast("BinaryIO", content)
    # Run to its end here: the session it reads from ends with this transaction.
    spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115, closed once sent
    try:
        for chunk in cast("Iterable[bytes]", content):
            spool.write(chunk)
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return cast("BinaryIO", spool)


def _finish(answer: Answer, request: Request, reply: Reply) -> None:
    names = {name.lower() for name in reply.headers}
    if "cache-control" not in names:
        answer.headers.append(_NOT_KEPT)
    answer.headers += [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in reply.headers.items()
    ]
    answer.headers += [set_cookie(cookie, secure=request.secure) for cookie in reply.cookies]


def _media_type(name: str) -> tuple[bytes, bytes]:
    return b"content-type", name.encode("latin-1")


def _purpose(request: Request) -> str:
    return f"notice:{request.tenant.id}"
