"""The storages that the page of destinations offers are all there, and say what they lack;
WebDAV is spoken over a socket, as S3 is in the other tests of backups."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InvalidInput
from tenants.backups.pages import SCHEMES
from tenants.backups.storage import ObjectMissing, Storage, StorageGone
from tests.tenants.web_folder import web_folder

NOWHERE = "127.0.0.1:9"
OPTIONS = {
    "s3": {"bucket": "b", "region": "r", "endpoint": f"http://{NOWHERE}"}
    | {"access_key_id": "k", "secret_access_key": "s"},
    "dropbox": {"access_token": "t"},
    "gdrive": {"access_token": "t"},
    "onedrive": {"access_token": "t"},
    "gcs": {"bucket": "b", "endpoint": f"http://{NOWHERE}", "token": "t"},
    "azblob": {"container": "c", "endpoint": f"http://{NOWHERE}"}
    | {"account_name": "a", "account_key": "YQ=="},
    "webdav": {"endpoint": f"http://{NOWHERE}"},
    "ftp": {"endpoint": f"ftp://{NOWHERE}"},
}
NEEDED = {
    "s3": "bucket",
    "gcs": "bucket",
    "azblob": "container",
    "webdav": "endpoint",
    "ftp": "endpoint",
}
"""Without which there is no going anywhere."""
OUTSIDE = ("dropbox", "gdrive", "onedrive")
"""Their addresses are their own, so that nothing is sent to them from here."""


def test_every_storage_that_is_offered_can_be_opened(tmp_path: Path) -> None:
    here = {"fs": {"root": str(tmp_path)}, **OPTIONS}
    assert set(here) == set(SCHEMES)
    for scheme, options in here.items():
        Storage("kept", scheme, options)


@pytest.mark.parametrize("scheme", [scheme for scheme in OPTIONS if scheme not in OUTSIDE])
def test_a_storage_that_cannot_be_reached_is_named(scheme: str) -> None:
    storage = Storage("kept", scheme, OPTIONS[scheme], tries=1, patience=5)
    with pytest.raises(StorageGone) as gone:
        storage.probe()
    assert "kept" in gone.value.message


@pytest.mark.parametrize("scheme", NEEDED)
def test_an_option_that_is_missing_is_named(scheme: str) -> None:
    lacking = {name: value for name, value in OPTIONS[scheme].items() if name != NEEDED[scheme]}
    with pytest.raises(InvalidInput) as refused:
        Storage("kept", scheme, lacking)
    (problem,) = refused.value.problems
    assert (problem.field, NEEDED[scheme] in problem.message) == ("options", True)


def test_webdav_keeps_what_it_is_given_and_says_what_is_wrong() -> None:
    with web_folder() as kept:
        storage = Storage("shelf", "webdav", kept.options, tries=1, patience=30)
        storage.probe()
        assert kept.files == {}, "nothing is left of trying"
        content = bytes(range(256)) * 4096
        storage.put("a/b/piece-000001", content)
        assert kept.files == {"/kept/a/b/piece-000001": content}
        assert storage.get("a/b/piece-000001") == content
        storage.put("a/b/piece-000001", b"anew")
        assert storage.get("a/b/piece-000001") == b"anew"
        with pytest.raises(ObjectMissing):
            storage.get("a/b/piece-000002")
        for _ in range(2):
            storage.delete("a/b/piece-000001")
        assert kept.files == {}
        assert {"MKCOL", "PUT", "PROPFIND", "GET", "DELETE"} <= set(kept.asked)

        kept.full = True
        with pytest.raises(StorageGone, match="shelf does not work"):
            storage.put("a/piece", b"more")
        stranger = {**kept.options, "password": "another"}
        with pytest.raises(StorageGone) as refused:
            Storage("shelf", "webdav", stranger, tries=1, patience=30).probe()
        assert "another" not in refused.value.message
