"""A newcomer follows docs/addon-author.md from its first line to its last, on a machine of their
own, and then sees the page, the job and the reaction at work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from tenants.testing.cluster import scratch_folder
from tests.authoring.walk import Step, steps
from tests.machine import ROOT, Machine, free_port
from tests.waiting import PATIENCE, wait_until

PAGE = ROOT / "docs" / "addon-author.md"
STARTS_THE_PLATFORM = "aorabooks up"
DAY = "2026-03-14"


def test_the_walk_leads_to_an_addon_that_works(tmp_path: Path) -> None:
    with scratch_folder() as var, ExitStack() as running:
        newcomer = Newcomer(tmp_path, Machine(var, free_port(), {"AORABOOKS_WEB_PROCESSES": "1"}))
        for step in steps(PAGE):
            if not step.is_command:
                step.write(tmp_path)
            elif STARTS_THE_PLATFORM in step.body:
                running.enter_context(newcomer.in_the_background(step))
            else:
                newcomer.do(step.body)
        assert any(told.endswith("todo: platinum\n") for told in newcomer.told)
        assert any("Enabled: " in told for told in newcomer.told)
        assert any("publisher  publisher" in told for told in newcomer.told)
        assert "publisher  Acme" in newcomer.told[-1]

        site = running.enter_context(newcomer.signed_in())
        assert "Nothing is late." in site.get("/todo/late").text

        entry = post_an_entry(site)
        receipt = f"File the receipt of entry {entry}"
        [task] = wait_until(lambda: titled(site, receipt), "the reaction to write a task")
        assert receipt in site.get("/todo/late").text

        address = f"/api/v1/todo/tasks/{task['id']}"
        # Jobs of the addon write on tasks, too: whoever was overtaken reads again.
        wait_until(lambda: finished(site, address), "the task to be done")
        assert "Nothing is late." in site.get("/todo/late").text

        asked = site.post("/todo/late/forget")
        assert (asked.status_code, asked.headers["location"]) == (303, "/todo/late")
        wait_until(lambda: site.get(address).status_code == 404, "the job to delete what is done")


def finished(site: httpx.Client, address: str) -> bool:
    """Say that a task is done, unless somebody wrote on it since it was read."""
    version = {"If-Match": site.get(address).headers["etag"]}
    answer = site.patch(address, json={"done": True}, headers=version)
    assert answer.status_code in (200, 412), answer.text
    return answer.status_code == 200


class Newcomer:
    """Somebody with a terminal in an empty folder."""

    def __init__(self, folder: Path, machine: Machine) -> None:
        self.told: list[str] = []
        self._folder = folder
        self._machine = machine
        commands = Path(sys.executable).parent
        path = f"{commands}{os.pathsep}{os.environ['PATH']}"
        self._environment = {**machine.environment(), "PATH": path}

    def do(self, commands: str) -> str:
        """Run commands, which succeed, and hear what they print."""
        done = subprocess.run(
            ["bash", "-ec", commands],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}"
        self.told.append(done.stdout)
        return done.stdout

    @contextmanager
    def in_the_background(self, step: Step) -> Iterator[None]:
        """Start the platform, wait for its pages, and stop it with Ctrl-C."""
        with (self._machine.var / "up.log").open("a") as log:
            process = subprocess.Popen(
                ["bash", "-ec", step.body],
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                assert self._machine.get("demo", "/login").status_code == 200
                yield
            finally:
                os.killpg(process.pid, signal.SIGINT)
                process.wait(PATIENCE)

    def signed_in(self) -> httpx.Client:
        """The demo company for a program that may do what the walk needs."""
        me = "walker@example.com --tenant demo"
        roles = "--role todo.member --role accounting.accountant"
        self._aorabooks(f"user create {me} {roles} --no-password")
        may = ("todo.task.see", "todo.task.edit", "accounting.books.view", "accounting.chart.edit")
        may = (*may, "accounting.entry.edit", "accounting.entry.post")
        abilities = " ".join(f"--ability {code}" for code in may)
        token = self._aorabooks(f"user token {me} --name walk {abilities}")["token"]
        port = self._machine.port
        return httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Host": f"demo.localhost:{port}", "Authorization": f"Bearer {token}"},
            timeout=PATIENCE,
        )

    def _aorabooks(self, arguments: str) -> Any:
        told = self.do(f"AORABOOKS_ADDON_PATH=my_addons aorabooks {arguments} --json 2>/dev/null")
        return json.loads(told)


def post_an_entry(site: httpx.Client) -> int:
    """Rent, paid from the bank."""
    rent = created(site, "accounts", code="Expenses:Rent", name="Rent", type="expense")
    bank = created(site, "accounts", code="Assets:Bank", name="Bank", type="asset")
    journals = site.get("/api/v1/accounting/journals").json()["data"]
    lines = [{"account_id": rent, "debit": "900.00"}, {"account_id": bank, "credit": "900.00"}]
    general = next(journal["id"] for journal in journals if journal["code"] == "GEN")
    entry = created(site, "entries", journal_id=general, date=DAY, narration="Rent", lines=lines)
    posted = site.post(f"/api/v1/accounting/entries/{entry}/actions/post", json={})
    assert posted.status_code == 200, posted.text
    return entry


def created(site: httpx.Client, resource: str, **values: Any) -> int:
    answer = site.post(f"/api/v1/accounting/{resource}", json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def titled(site: httpx.Client, title: str) -> list[dict[str, Any]]:
    tasks = site.get("/api/v1/todo/tasks").json()["data"]
    return [task for task in tasks if task["title"] == title]
