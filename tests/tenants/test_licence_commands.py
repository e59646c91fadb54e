"""Licences at the command line: the vendor makes a key, issues, renews and takes back; another
deployment adds what it was sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.tenants.conftest import Command


@pytest.fixture
def key(aorabooks: Command, tmp_path: Path, tenant: Tenant) -> Path:
    """The vendor's private key in a file, trusted here."""
    file = tmp_path / "vendor.pem"
    made = aorabooks("licence", "key", "new", "Vendor", "--file", str(file), "--json")
    assert made.status == 0, made.err
    assert (made.json["held"], made.json["revoked"]) == (False, None)
    assert file.stat().st_mode & 0o077 == 0
    return file


def test_a_licence_is_issued_shown_renewed_and_revoked(
    aorabooks: Command, tenant: Tenant, key: Path
) -> None:
    issued = aorabooks(
        *("licence", "issue", tenant.slug, "--addon", "accounting", "--days", "30"),
        *("--seats", "5", "--quota", "users=20", "--key", str(key), "--json"),
    )
    assert issued.status == 0, issued.err
    serial = issued.json["serial"]
    assert issued.json["addons"] == ["accounting"]
    assert (issued.json["seats"], issued.json["quotas"]) == (5, "users=20")
    assert serial in aorabooks("licence", "show", tenant.slug).out
    shown = aorabooks("licence", "show", "--serial", serial[:10], "--json").json
    assert shown["token"] == issued.json["token"]
    renewed = aorabooks(
        *("licence", "renew", serial, "--days", "400", "--key", str(key), "--json")
    ).json
    assert renewed["from"] == issued.json["until"]
    revoked = aorabooks("licence", "revoke", renewed["serial"], "--reason", "Unpaid", "--json")
    assert (revoked.json["state"], revoked.json["reason"]) == ("revoked", "Unpaid")
    states = {each["serial"]: each["state"] for each in aorabooks("licence", "show", "--json").json}
    assert (states[serial], states[renewed["serial"]]) == ("renewed", "revoked")


def test_what_was_sent_as_text_is_added_whatever_it_is(
    aorabooks: Command, tenant: Tenant, key: Path, tmp_path: Path
) -> None:
    sent = aorabooks(
        *("licence", "issue", tenant.id, "--elsewhere", "--addon", "vat", "--until", "2099-01-01"),
        *("--key", str(key)),
    )
    file = tmp_path / "licence.txt"
    file.write_text(sent.out)
    assert aorabooks("licence", "show", tenant.slug, "--json").json == []
    added = aorabooks("licence", "add", str(file), "--json")
    assert added.status == 0, added.err
    assert (added.json["kind"], added.json["tenant"]) == ("licence", tenant.slug)
    file.write_text(aorabooks("licence", "revocations", "--key", str(key)).out)
    taken = aorabooks("licence", "add", str(file), "--json").json
    assert taken["kind"] == "licence-revocations"


def test_a_revoked_key_issues_nothing_that_counts(
    aorabooks: Command, tenant: Tenant, key: Path, kernel: Kernel
) -> None:
    known = aorabooks("licence", "key", "list", "--json").json[-1]["key"]
    revoked = aorabooks("licence", "key", "revoke", known[:16], "--reason", "Lost", "--json").json
    assert revoked["reason"] == "Lost"
    said = aorabooks(
        *("licence", "issue", tenant.slug, "--addon", "vat", "--days", "9", "--key", str(key))
    )
    assert (said.status, "was revoked" in said.err) == (2, True)
    assert said.out == ""


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("issue", "abc", "--elsewhere", "--addon", "vat"), 2, "Say when it ends"),
        (("issue", "abc", "--elsewhere", "--addon", "vat", "--until", "soon"), 2, "no day such as"),
        (("issue", "nobody", "--addon", "vat", "--days", "3"), 1, "There is no tenant"),
        (
            ("issue", "abc", "--elsewhere", "--addon", "vat", "--days", "3", "--key", "/no"),
            2,
            "cannot be read",
        ),
        (("add", "/nowhere"), 2, "cannot be read"),
        (("show", "--serial", "ffff"), 1, "There is no licence"),
        (("renew",), 1, "No licence server is set"),
        (("key", "revoke", "ffff"), 1, "There is no key"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    aorabooks: Command, arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    said = aorabooks("licence", *arguments)
    assert (said.status, sentence in said.err) == (status, True), said.err
    assert "Traceback" not in said.err
