"""What makes the till an app that is installed and starts without a network: its manifest, and the
files that its worker keeps."""

from __future__ import annotations

import json
import re

from tests.pos.shop import TillShop


def test_the_till_can_be_installed_and_names_every_file_that_it_needs(shop: TillShop) -> None:
    page = shop.http.get("/pos/").text
    assert '<link rel="manifest" href="/pos/manifest.webmanifest">' in page
    manifest = shop.http.get("/pos/manifest.webmanifest").json()
    assert (manifest["start_url"], manifest["scope"]) == ("/pos/", "/pos/")
    assert (manifest["display"], manifest["name"]) == ("standalone", shop.tenant.title)
    for icon in manifest["icons"]:
        assert shop.http.get(icon["src"]).headers["content-type"].startswith(icon["type"])
    worker = shop.http.get("/pos/sw.js")
    assert worker.headers["cache-control"] == "no-cache"
    [told] = re.findall(r"self\.TILL = (\{.*?\});", worker.text)
    kept = json.loads(told)
    assert set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page)) <= set(kept["files"])
    for file in [*kept["files"], kept["shell"]]:
        assert shop.http.get(file).status_code == 200, file
    assert {"ar", "bn"} <= set(kept["words"])
