"""How files of a registry are got: from a folder or over HTTP, within limits of time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

import httpx
from tuf.api.exceptions import DownloadError, DownloadHTTPError, SlowRetrievalError
from tuf.ngclient import FetcherInterface

from core.errors import InvalidInput
from core.i18n import phrase
from core.outgoing import OutgoingClient

CHUNK: Final = 64 * 1024
TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
"""Seconds for one read, and for the connection."""
PATIENCE: Final = 30.0
SLOWEST: Final = 4096
"""After so many seconds, a server that has sent fewer bytes a second is given up: it could
otherwise keep the client busy for ever (TUF's "slow retrieval attack")."""


def as_url(location: str) -> str:
    """The location, a folder or an http(s) address, as an address that ends in a slash.

    Raises InvalidInput for anything else.
    """
    parts = urlsplit(location)
    if parts.scheme in {"http", "https"} and parts.netloc:
        return location.rstrip("/") + "/"
    if parts.scheme == "file" and parts.path:
        return location.rstrip("/") + "/"
    if not parts.scheme and location:
        return Path(location).absolute().as_uri().rstrip("/") + "/"
    raise InvalidInput.of(
        "location",
        phrase("{location} is no address of a registry.", location=repr(location)),
        fix=phrase("Give a folder, or an address that begins with https://."),
    )


class Fetcher(FetcherInterface):
    """Fetches `file:`, `http:` and `https:` addresses for the client of TUF; to be closed.

    Whatever comes is checked against signed metadata, so that plain HTTP and redirects do no
    harm but to secrecy.
    """

    def __init__(self) -> None:
        # Other encodings would let a small answer grow before its length is checked.
        headers = {"Accept-Encoding": "identity", "User-Agent": "addon-client"}
        self._client = OutgoingClient(timeout=TIMEOUT, follow_redirects=True, headers=headers)

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def _fetch(self, url: str) -> Iterator[bytes]:
        return _read_file(url) if url.startswith("file:") else self._read_http(url)

    def _read_http(self, url: str) -> Iterator[bytes]:
        started, received = time.monotonic(), 0
        try:
            with self._client.stream("GET", url) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise DownloadHTTPError(f"status {answer.status_code}", answer.status_code)
                for chunk in answer.iter_raw(CHUNK):
                    received += len(chunk)
                    passed = time.monotonic() - started
                    if passed > PATIENCE and received < passed * SLOWEST:
                        raise SlowRetrievalError(f"{received} bytes in {passed:.0f} seconds")
                    yield chunk
        except httpx.TimeoutException as error:
            raise SlowRetrievalError(str(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DownloadError(str(error) or type(error).__name__) from error


def _read_file(url: str) -> Iterator[bytes]:
    try:
        with Path(url2pathname(urlsplit(url).path)).open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except FileNotFoundError as error:
        raise DownloadHTTPError(f"{error.filename} is not there", 404) from error
    except OSError as error:
        raise DownloadError(f"{error.filename}: {error.strerror}") from error
