"""The Host header comes from strangers: it becomes one spelling of a host name, or is refused."""

from __future__ import annotations

import pytest

from core.errors import InvalidInput
from core.tenancy.hosts import normalize


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("acme.example.com", "acme.example.com"),
        ("ACME.Example.com.:8000", "acme.example.com"),
        ("localhost", "localhost"),
        ("127.0.0.1:8000", "127.0.0.1"),
        ("xn--mgbh0fb.example", "xn--mgbh0fb.example"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
    ],
)
def test_a_host_name_has_one_spelling(header: str, host: str) -> None:
    assert normalize(header) == host


@pytest.mark.parametrize(
    "header",
    [
        "",
        ".",
        "..",
        "a..b",
        ".acme.example",
        "acme.example..",
        "-acme.example",
        "acme-.example",
        "acme_1.example",
        "acme.example/app",
        "acme.example app",
        "acme.example\r\nX-Evil: 1",
        "acme.example\x00",
        "user@acme.example",
        "acme.example:port",
        "acme.example:123456",
        "acme.example:80:80",
        "[::1]:8000",
        "شركة.example",
        "a" * 64 + ".example",
        ("a" * 60 + ".") * 5,
    ],
)
def test_what_is_no_host_name_is_refused_by_the_headers_name(header: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        normalize(header)
    assert caught.value.problems[0].field == "Host"
