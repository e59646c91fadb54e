"""The control plane asks its registry by itself, and an operator hears of one that lies."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from addon_registry.deployment import layout
from addon_registry.repository.client import Registry
from addon_registry.repository.trust import trust
from core.jobs.models import Job
from core.jobs.queue import enqueue
from core.jobs.serving import work_off
from core.kernel import Kernel
from tenants.control import control
from tenants.deployment.registry_watch import JOBS
from tests.addon_registry.keeper import Keeper, keep


@pytest.fixture
def watching(kernel: Kernel, tmp_path: Path) -> Kernel:
    """The run's kernel, with a folder of its own for what it installs and trusts."""
    return replace(kernel, config=replace(kernel.config, var=tmp_path / "var"))


@pytest.fixture
def keeper(watching: Kernel, tmp_path: Path) -> Keeper:
    """A registry that the control plane trusts."""
    keeper = keep(tmp_path)
    folder = layout.of(watching.config.var).trust
    trust(folder, str(keeper.folder), fingerprint=keeper.founded.fingerprint)
    return keeper


def outcome(kernel: Kernel) -> Job:
    """The job, asked for and done."""
    with kernel.session(control(kernel)) as session:
        asked = enqueue(session, "tenants.refresh_registry")
        session.execute(update(Job).where(Job.id == asked).values(max_attempts=1))
    work_off(kernel, control(kernel))
    with kernel.session(control(kernel)) as session:
        job = session.get_one(Job, asked)
        session.expunge(job)
        return job


def known(kernel: Kernel) -> list[str]:
    index = Registry(layout.of(kernel.config.var).trust).index()
    return [release.version for release in index.releases("board")]


def test_releases_of_today_are_known_within_the_hour(watching: Kernel, keeper: Keeper) -> None:
    [job] = JOBS
    assert job.schedule is not None
    keeper.publish("board", "1.0")
    assert outcome(watching).state == "done"
    assert known(watching) == ["1.0"]
    shutil.move(keeper.folder, keeper.work / "away")
    assert outcome(watching).state == "done"
    assert known(watching) == ["1.0"]


def test_a_registry_that_lies_is_a_failed_job_that_says_why(
    watching: Kernel, keeper: Keeper
) -> None:
    keeper.publish("board", "1.0")
    shutil.copytree(keeper.folder, keeper.work / "older")
    keeper.publish("board", "2.0")
    outcome(watching)
    shutil.rmtree(keeper.folder)
    (keeper.work / "older").rename(keeper.folder)
    job = outcome(watching)
    assert (job.state, "older state" in (job.error or "")) == ("dead", True)
    assert known(watching) == ["2.0", "1.0"]


def test_without_a_registry_there_is_nothing_to_ask(watching: Kernel) -> None:
    assert outcome(watching).state == "done"
