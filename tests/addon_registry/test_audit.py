"""The audit names what is wrong with an addon, where, and how to mend it; and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from addon_registry.audit.auditing import audit
from addon_registry.audit.finding import Report
from addon_registry.package.building import build
from tenants.authoring.creating import create_addon
from tests.addon_registry.packing import STRANGERS, TOML, small_addon

KNOWN = {
    "accounting": "Accounting",
    "vat": "VAT",
    "contacts": "Contacts",
    "notice_board": "Notice board",
}

MISDEEDS = [
    ("compiled", "error", "static/native.so"),
    ("dynamic-code", "error", "services/dynamic.py:11"),
    ("dynamic-code", "error", "services/dynamic.py:12"),
    ("dynamic-code", "error", "services/dynamic.py:13"),
    ("dynamic-code", "error", "services/dynamic.py:14"),
    ("environment", "error", "services/processes.py:12"),
    ("files", "error", "services/files.py:11"),
    ("files", "error", "services/files.py:12"),
    ("files", "error", "services/files.py:13"),
    ("files", "error", "services/files.py:14"),
    ("hidden-text", "error", "services/hidden.py:7"),
    ("hosts", "error", "services/network.py:10"),
    ("hosts", "error", "services/network.py:15"),
    ("hosts", "error", "templates/misbehaving/page.html:5"),
    ("imitation", "error", "addon.toml"),
    ("imports", "error", "services/past_the_door.py:5"),
    ("imports", "error", "services/past_the_door.py:6"),
    ("imports", "error", "services/past_the_door.py:7"),
    ("imports", "error", "services/past_the_door.py:9"),
    ("imports", "error", "services/past_the_door.py:10"),
    ("migrations", "error", "migrations/versions/0002_rewrites.py:16"),
    ("network", "error", "services/network.py:5"),
    ("network", "error", "services/network.py:6"),
    ("network", "error", "services/network.py:8"),
    ("pages", "warning", "routes.py:14"),
    ("pages", "warning", "templates/misbehaving/page.html:4"),
    ("secrets", "error", "services/secrets.py:5"),
    ("secrets", "warning", "services/secrets.py:6"),
    ("sql", "error", "services/queries.py:10"),
    ("sql", "error", "services/queries.py:11"),
    ("sql", "error", "services/queries.py:12"),
    ("subprocess", "error", "services/processes.py:10"),
    ("subprocess", "error", "services/processes.py:11"),
    ("syntax", "error", "services/unfinished.py:3"),
]
"""What the misbehaving addon does, outside its migrations: rule, severity, place."""


@pytest.fixture(scope="module")
def misbehaving() -> Report:
    return audit(STRANGERS / "misbehaving", KNOWN)


@pytest.mark.parametrize(("rule", "severity", "place"), MISDEEDS)
def test_every_misdeed_is_named_where_it_is_done(
    misbehaving: Report, rule: str, severity: str, place: str
) -> None:
    found = [each for each in misbehaving.findings if (each.rule, str(each.place)) == (rule, place)]
    assert {each.severity for each in found} == {severity}
    assert all(each.message.endswith(".") and each.mend.endswith((".", "()")) for each in found)


def test_nothing_is_named_that_is_not_a_misdeed(misbehaving: Report) -> None:
    named = {(e.rule, e.severity, str(e.place)) for e in misbehaving.findings}
    imported = {"services/files.py:6", "services/processes.py:6"}
    imported |= {f"services/dynamic.py:{line}" for line in (5, 6, 7)}
    imported |= {f"services/network.py:{line}" for line in (14, 15, 16)}
    elsewhere = {each for each in named if each[0] == "migrations" or each[2] in imported}
    assert named - elsewhere == set(MISDEEDS) - elsewhere
    assert not misbehaving.passed


@pytest.mark.parametrize("name", ["notice_board", "shadow"])
def test_what_strangers_wrote_well_passes_without_a_word(name: str) -> None:
    assert audit(STRANGERS / name, KNOWN).findings == ()


def test_what_addon_new_makes_passes_without_a_word(tmp_path: Path) -> None:
    assert audit(create_addon("water_meter", tmp_path), KNOWN).findings == ()


def test_a_wheel_is_audited_as_its_folder_is(tmp_path: Path, misbehaving: Report) -> None:
    wheel = build(STRANGERS / "misbehaving", tmp_path).path
    assert audit(wheel, KNOWN) == misbehaving


def test_the_worst_comes_first(misbehaving: Report) -> None:
    severities = [each.severity for each in misbehaving.findings]
    assert severities == sorted(severities)
    assert len(misbehaving.errors) + len(misbehaving.warnings) == len(severities)


def _found(tmp_path: Path, files: dict[str, str], *, toml: str = "") -> list[tuple[str, str]]:
    """Rule and place of what is found in a small addon with these files."""
    addon = small_addon(tmp_path, {**files, "addon.toml": TOML + toml})
    return [(each.rule, str(each.place)) for each in audit(addon, KNOWN).findings]


class TestDeclarations:
    """What an addon does outside the database is fine once the manifest says so."""

    CODE = (
        "import httpx\n\n\ndef ask() -> None:\n"
        '    """See https://docs.partner.example/api for how."""\n'
        '    httpx.get("https://api.partner.example/v1")\n'
    )

    def test_a_network_that_is_declared_with_its_hosts_is_fine(self, tmp_path: Path) -> None:
        toml = 'needs = ["network"]\nhosts = ["api.partner.example"]\n'
        assert _found(tmp_path, {"jobs.py": self.CODE}, toml=toml) == []

    def test_all_hosts_below_a_domain_can_be_named_at_once(self, tmp_path: Path) -> None:
        toml = 'needs = ["network"]\nhosts = ["*.partner.example"]\n'
        assert _found(tmp_path, {"jobs.py": self.CODE}, toml=toml) == []

    def test_another_host_is_not(self, tmp_path: Path) -> None:
        toml = 'needs = ["network"]\nhosts = ["partner.example", "*.other.example"]\n'
        assert _found(tmp_path, {"jobs.py": self.CODE}, toml=toml) == [("hosts", "jobs.py:6")]

    def test_the_platforms_own_client_is_the_network_too(self, tmp_path: Path) -> None:
        code = (
            "from core.api import OutgoingClient\n\n\ndef ask(url: str) -> None:\n"
            "    with OutgoingClient() as client:\n        client.get(url)\n"
        )
        found = _found(tmp_path, {"jobs.py": code})
        assert found == [("network", "jobs.py:1"), ("network", "jobs.py:5")]

    def test_a_network_without_hosts_asks_for_them(self, tmp_path: Path) -> None:
        code = "import httpx\n\n\ndef ask(url: str) -> None:\n    httpx.get(url)\n"
        found = _found(tmp_path, {"jobs.py": code}, toml='needs = ["network"]\n')
        assert found == [("hosts", "addon.toml")]

    def test_what_nothing_uses_need_not_be_declared(self, tmp_path: Path) -> None:
        found = _found(tmp_path, {}, toml='needs = ["subprocess"]\n')
        assert found == [("subprocess", "addon.toml")]

    def test_an_addon_may_read_what_came_with_it(self, tmp_path: Path) -> None:
        code = (
            "from pathlib import Path\n\n"
            'RATES = (Path(__file__).parent / "rates.csv").read_text(encoding="utf-8")\n'
        )
        assert _found(tmp_path, {"services/__init__.py": code, "services/rates.csv": "1\n"}) == []

    def test_catching_an_error_of_the_network_is_no_use_of_it(self, tmp_path: Path) -> None:
        code = (
            "from smtplib import SMTPException\n\n\n"
            "def send(mail) -> bool:\n    try:\n        mail()\n"
            "    except SMTPException:\n        return False\n    return True\n"
        )
        assert _found(tmp_path, {"jobs.py": code}) == []

    @pytest.mark.parametrize(
        "code",
        [
            "from os import system as run\n",
            "import os\n\nRUN = {'now': os.system}\n",
            "import os as machine\n\nmachine.popen('ls')\n",
            "import multiprocessing.pool\n",
            "from asyncio import create_subprocess_exec\n",
        ],
    )
    def test_another_name_for_it_does_not_help(self, tmp_path: Path, code: str) -> None:
        assert {rule for rule, _ in _found(tmp_path, {"jobs.py": code})} == {"subprocess"}

    def test_a_function_of_ones_own_may_be_called_open(self, tmp_path: Path) -> None:
        code = "def open(case: int) -> int:\n    return case\n\n\nopen(1)\n"
        assert _found(tmp_path, {"jobs.py": code}) == []

    def test_a_package_of_others_must_be_locked(self, tmp_path: Path) -> None:
        code = {"jobs.py": "import numpy\n"}
        assert _found(tmp_path, code) == [("imports", "jobs.py:1")]

    def test_a_locked_package_may_be_imported_under_another_name(self, tmp_path: Path) -> None:
        locked = f"scikit-image==0.25.0 --hash=sha256:{'a' * 64}\n"
        addon = small_addon(tmp_path, {"jobs.py": "import skimage\n", "requirements.txt": locked})
        [found] = audit(addon, KNOWN).findings
        assert (found.severity, found.rule) == ("warning", "imports")


class TestPages:
    def test_an_ordinary_link_may_lead_anywhere(self, tmp_path: Path) -> None:
        page = '<a href="https://www.tax.example/forms">{{ _("Forms") }}</a>\n'
        assert _found(tmp_path, {"templates/parcel/page.html": page}) == []

    @pytest.mark.parametrize(
        "page",
        [
            '<img alt="" src="https://cdn.example/a.png">',
            '<link rel="stylesheet" href="//cdn.example/a.css">',
            '<form action="https://cdn.example/collect" method="post">',
            '<div hx-get="https://cdn.example/part">',
            '<style>body { background: url("https://cdn.example/a.png") }</style>',
        ],
    )
    def test_whatever_the_browser_would_fetch_counts(self, tmp_path: Path, page: str) -> None:
        found = _found(tmp_path, {"templates/parcel/page.html": page})
        assert found == [("hosts", "templates/parcel/page.html:1")]

    def test_scripts_in_the_page_are_named(self, tmp_path: Path) -> None:
        page = "<script>alert(1)</script>\n<p onclick='x()'></p>\n"
        found = _found(tmp_path, {"templates/parcel/page.html": page})
        assert found == [("pages", f"templates/parcel/page.html:{line}") for line in (1, 2)]

    def test_markup_of_constants_is_fine(self, tmp_path: Path) -> None:
        code = 'from markupsafe import Markup\n\nRULE = Markup("<hr>")\n'
        assert _found(tmp_path, {"views.py": code}) == []


class TestSecrets:
    @pytest.mark.parametrize(
        "line",
        [
            "-----BEGIN " + "PRIVATE KEY-----",
            "-----BEGIN RSA " + "PRIVATE KEY-----",
            "token: gh" + "p_" + "a1B2" * 9,
            "sk_" + "live_" + "a1B2" * 6,
            "postgresql://erp:hunter22@db.example/erp",
        ],
    )
    def test_what_looks_like_one_is_named_but_not_repeated(self, tmp_path: Path, line: str) -> None:
        addon = small_addon(tmp_path, {"static/notes.txt": f"first\n{line}\n"})
        [found] = audit(addon, KNOWN).findings
        assert (found.rule, str(found.place)) == ("secrets", "static/notes.txt:2")
        assert line not in found.message

    def test_names_of_fields_and_permissions_are_no_secrets(self, tmp_path: Path) -> None:
        code = 'secret = "parcel.secret.see"\npassword = "password"\napi_key = ""\n'
        assert _found(tmp_path, {"options.py": code}) == []

    def test_a_file_of_keys_is_not_packed_unnoticed(self, tmp_path: Path) -> None:
        found = _found(tmp_path, {"static/partner.pem": "a public certificate\n"})
        assert found == [("secrets", "static/partner.pem")]
