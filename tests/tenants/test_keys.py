"""The master key is changed while several processes work; nothing is left under the old one before
it goes, and no sealed value can be forgotten."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from core.addons.catalog import Catalog
from core.addons.options import options, set_options
from core.auth import totp, users
from core.auth.models import TotpCredential, User
from core.auth.users import ADMIN_ROLE
from core.config import Config, ConfigError
from core.db.base import Model
from core.db.sealed import sealed_columns
from core.kernel import Kernel
from core.secrets import generate
from tenants.composition import ROOT, kernel_on
from tenants.control import Cluster, control
from tenants.keys import databases
from tenants.licensing.server import LicenceServer
from tenants.models import DatabaseServer, Organization
from tenants.outside_models import SealedLetter
from tenants.provisioning import control_roles, roles, servers
from tenants.provisioning.create import create_tenant
from tenants.provisioning.sweep import sweep
from tenants.wishes import NewOrganization
from tests import forked, processes
from tests.machine import Machine, free_port
from tests.tenants.conftest import Command

HASHED = ("hash", "digest", "pin")
"""How columns end that keep no secret, but what tells whether somebody knows it."""
SEALERS = {
    "core/db/sealed.py": (),
    "core/addons/options.py": (),
    "core/secrets.py": (),
    "tenants/credentials.py": (Organization.runtime_secret, Organization.owner_secret),
    "tenants/post.py": (SealedLetter.sealed,),
    "tenants/backups/keys.py": (),
}
"""Who seals without `core.db.sealed`, and the columns in which it is kept."""


@dataclass
class Platform:
    """A control plane of this test's own, and processes of it with keys of their own."""

    config: Config
    cluster: Cluster
    catalog: Catalog
    processes: ExitStack

    def start(self, *keys: str) -> Kernel:
        """A process that was given these keys, the current one first."""
        config = replace(self.config, secret_key=",".join(keys))
        return self.processes.enter_context(kernel_on(config, self.cluster, self.catalog))


@pytest.fixture
def platform(config: Config, cluster: Cluster, catalog: Catalog) -> Iterator[Platform]:
    own = replace(cluster, admin=replace(cluster.admin, database="aorabooks_rotated"))
    with ExitStack() as processes:
        yield Platform(config, own, catalog, processes)


def furnish(kernel: Kernel) -> None:
    """Two companies, and a secret in each kind of place."""
    one, two = (create_tenant(kernel, NewOrganization(each, addons=())) for each in ("one", "two"))
    for company in (one, two):
        with kernel.session(company) as session:
            user = users.create_user(session, email="a@b.example", name="A", roles=(ADMIN_ROLE,))
            totp.enrol(session, user)
    for company, other in (("one", "two"), ("two", "one")):
        found = kernel.directory.find_slug(company)
        assert found is not None
        kernel.post.agree(found.id, other, "elimination")
    kernel.post.send(one.id, two.id, "elimination", "{month}", "sealed words")
    with kernel.session(control(kernel)) as session:
        set_options(session, LicenceServer, token="between us")


def opens_everything(kernel: Kernel) -> bool:
    """Whether this process gets at all of it, over connections that are made anew."""
    with kernel.session(control(kernel), readonly=True) as session:
        assert options(session, LicenceServer).token == "between us"
        with servers.connect(session.scalars(select(DatabaseServer)).one(), kernel.secrets):
            pass
    for slug in ("one", "two"):
        company = kernel.directory.find_slug(slug)
        assert company is not None
        kernel.engine.broker.forget(company.runtime.database)
        with kernel.session(company, readonly=True) as session:
            enrolment = totp.pending_enrolment(session, session.scalars(select(User)).one())
            assert enrolment is not None
            assert enrolment.secret
        if slug == "two":
            letters = kernel.post.waiting(company.id, "elimination")
            assert [letter.content for letter in letters] == ["sealed words"]
    kernel.engine.broker.forget(control(kernel).runtime.database)
    with kernel.session(control(kernel), readonly=True) as session:
        return session.scalar(select(func.count()).select_from(Organization)) == 2


def test_the_key_is_changed_while_all_processes_work(
    platform: Platform, aorabooks: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = generate(), generate()
    assert platform.cluster.embedded is not None
    monkeypatch.setenv("AORABOOKS_DATABASE_URL", platform.cluster.embedded.url("aorabooks_rotated"))

    def secrets(does: str, *keys: str) -> tuple[int, dict[str, object]]:
        monkeypatch.setenv("AORABOOKS_SECRET_KEY", ",".join(keys))
        said = aorabooks("secrets", does, "--json")
        assert said.out, said.err
        for key in (old, new):
            assert key.partition(":")[2] not in said.out + said.err
        return said.status, said.json

    furnish(platform.start(old))
    # Every process learns the new key before any seals under it.
    before = platform.start(old, new)
    after = platform.start(new, old)
    assert opens_everything(before)
    assert opens_everything(after)

    status, said = secrets("status", new, old)
    assert status == 1
    waiting = " ".join(said["waiting"])  # type: ignore[arg-type]
    assert "one, core.totp_credential.secret: 1 under" in waiting
    assert "app, options of tenants: 1 under" in waiting
    assert "restart them" in waiting

    partly = databases.look(after, anew=True)
    assert next(iter(partly)).resealed == 6, "four credentials, a letter and an option"
    del partly  # as when it is killed
    status, said = secrets("rotate", new, old)
    assert (status, said["resealed"]) == (1, 2), "what was done is not done again"
    assert [each for each in said["waiting"] if "restart them" not in each] == []  # type: ignore[attr-defined]
    assert opens_everything(before)
    assert opens_everything(after)

    platform.processes.close()
    status, said = secrets("status", new, old)
    assert (status, said["waiting"], said["lost"]) == (0, [], [])
    assert set(said["under"]) == {new.partition(":")[0]}  # type: ignore[call-overload]

    alone = platform.start(new)
    assert opens_everything(alone)
    assert secrets("verify", new)[0] == 0
    swept = sweep(alone)
    left = control_names(platform, alone)
    assert left == {control(alone).runtime.user, control(alone).owner.user}, swept.roles
    with pytest.raises(ConfigError, match="set up under another one"):
        platform.start(old)
    assert control_names(platform, alone) == left, "a wrong key makes nothing"


def control_names(platform: Platform, kernel: Kernel) -> set[str]:
    with roles.connect_as_admin(platform.cluster.admin) as admin:
        known = control_roles.known(admin, platform.cluster.admin.database)
    return {name for name, _ in known}


def test_a_key_that_opens_only_part_is_told_what_it_does_not_open(
    kernel: Kernel, aorabooks: Command
) -> None:
    tenant = create_tenant(kernel, NewOrganization("half-open", addons=()))
    with kernel.session(tenant) as session:
        for each in "ab":
            user = users.create_user(session, email=f"{each}@b.example", name=each)
            totp.enrol(session, user)
        first, second = session.scalars(select(TotpCredential).order_by(TotpCredential.user_id))
        session.execute(
            update(TotpCredential)
            .where(TotpCredential.user_id == first.user_id)
            .values(secret=second.secret)  # moved from another row, so it belongs elsewhere
        )
        session.execute(
            text("UPDATE core.totp_credential SET secret = 'gone.' || secret WHERE user_id = :id"),
            {"id": second.user_id},
        )
    looked = aorabooks("doctor", "--tenant", "half-open", "--json")
    finding = next(each for each in looked.json if each["name"] == "secrets")
    assert (looked.status, finding["holds"]) == (1, False)
    assert "core.totp_credential.secret: 1 under gone" in finding["detail"]
    assert "core.totp_credential.secret: 1, 1 do not open" in finding["detail"]


def test_every_secret_is_kept_sealed_or_as_a_digest(catalog: Catalog) -> None:
    sealed = {str(column) for _, column in sealed_columns()}
    ours = {"core", "tenants", *catalog.addons}
    for table in Model.metadata.sorted_tables:
        for column in table.columns if table.schema in ours else ():
            if column.info.get("secret") and not column.name.endswith(HASHED):
                assert str(column) in sealed, f"{column} does not say what it is sealed for"
            if re.search(r"secret|sealed|private_key", column.name):
                known = str(column) in sealed or column.name == "secret_place"
                assert known, f"{column} is not marked as a secret"


def test_nobody_seals_what_a_new_key_would_not_reach() -> None:
    """A value is reached where its column says `sealed_for`, and by `reseal_options`."""
    for folder in ("core", "tenants", "addons", "addon_registry"):
        for path in (ROOT / folder).rglob("*.py"):
            if _seals(path):
                assert str(path.relative_to(ROOT)) in SEALERS, (
                    f"{path} seals by itself: use core.db.sealed.seal or core.api.seal_secret"
                )
    for column in (column for columns in SEALERS.values() for column in columns):
        assert "sealed_for" in column.expression.info


def _seals(path: Path) -> bool:
    """Whether it calls `SecretBox.seal` for anything but a server's password."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            places = [word.value for word in node.keywords if word.arg == "bound_to"]
            if node.func.attr == "seal" and places:
                return "secret_bound_to(" not in ast.unparse(places[0])
    return False


@pytest.mark.parametrize("given", [{"AORABOOKS_SECRET_KEY": generate()}, {}], ids=["wrong", "none"])
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_process_without_the_right_key_ends_at_once_and_leaves_nothing(
    given: dict[str, str],
    command: str,
    kernel: Kernel,
    environment: dict[str, str],
    cluster: Cluster,
    tmp_path: Path,
) -> None:
    with roles.connect_as_admin(cluster.admin) as admin:
        before = control_roles.known(admin, cluster.admin.database)
    machine = Machine(tmp_path / "var", free_port())
    url = {"AORABOOKS_DATABASE_URL": environment["AORABOOKS_DATABASE_URL"]}
    said = tmp_path / "said"
    started = forked.start(
        processes.run,
        (command,),
        str(said),
        environment={**machine.environment(), **url, **given},
        folder=ROOT,
    )
    assert started.wait().status == 1, said.read_text()
    why = "does not fit this database" if given else "none is given here"
    assert why in said.read_text()
    assert "Give that key in AORABOOKS_SECRET_KEY" in said.read_text() or not given
    assert not (machine.var / "secret.key").exists(), "a key was made that opens nothing"
    with roles.connect_as_admin(cluster.admin) as admin:
        names = {name for name, _ in control_roles.known(admin, cluster.admin.database)}
    assert names == {name for name, _ in before}
