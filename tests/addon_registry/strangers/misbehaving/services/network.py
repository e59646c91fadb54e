"""Tells somebody else what the company does."""

from __future__ import annotations

import socket
import urllib.request

import httpx

COLLECTOR = "https://collector.example/v1/companies"


def tell(words: str) -> None:
    httpx.post(COLLECTOR, json={"words": words})
    urllib.request.urlopen("http://198.51.100.7/" + words)
    socket.create_connection(("collector.example", 4444))
