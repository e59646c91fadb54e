"""What is shipped to run the platform names what is there: variables, secrets, volumes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.config import ConfigError, from_environment

ROOT = Path(__file__).parents[2]
LIMIT = "AORABOOKS_LIMIT_"


class Environment(Mapping[str, str]):
    """An empty environment that remembers what was asked of it."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@pytest.fixture
def variables() -> set[str]:
    """Every variable that a process reads."""
    environment = Environment()
    from_environment(environment)
    return environment.asked


@pytest.fixture
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_the_services_are_told_what_the_code_reads(
    compose: dict[str, Any], variables: set[str]
) -> None:
    services = compose["services"]
    assert set(services) == {"database", "redis", "web", "worker", "proxy"}
    for name in ("web", "worker"):
        told = {each for each in services[name]["environment"] if each.startswith("AORABOOKS_")}
        assert told <= variables
        assert "AORABOOKS_DATABASE_URL_FILE" in told
        # Credentials come by file: the environment of a container is easily seen.
        assert not told & {each.removesuffix("_FILE") for each in variables if "_FILE" in each} - {
            "AORABOOKS_REDIS_URL"
        }
    for service in services.values():
        assert set(service.get("secrets", ())) <= set(compose["secrets"])
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in compose["volumes"] or (ROOT / source).exists()
        for needed in service.get("depends_on", {}):
            assert needed in services
    for name in ("database", "redis"):
        assert services[name]["healthcheck"]["test"]


def test_the_image_is_built_of_what_is_sent_to_the_builder() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    sent = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    copied = {
        source
        for line in re.findall(r"^COPY (?!--)(.+) \S+$", dockerfile, re.MULTILINE)
        for source in line.split()
    }
    assert copied == sent
    assert all((ROOT / source).exists() for source in copied)


def test_every_variable_stands_in_the_manual(variables: set[str]) -> None:
    manual = (ROOT / "docs" / "operator.md").read_text()
    short = {each: each.removesuffix("_FILE") for each in variables}
    short |= {each: f"`{each.removeprefix(LIMIT)}`" for each in variables if LIMIT in each}
    missing = {each for each, written in short.items() if written not in manual}
    assert not missing


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("from-a-file\n")
    named = {"AORABOOKS_METRICS_TOKEN_FILE": str(path)}
    assert from_environment(named).metrics_token == "from-a-file"
    assert from_environment({**named, "AORABOOKS_METRICS_TOKEN": "said"}).metrics_token == "said"
    path.write_text("\n")
    assert from_environment(named).metrics_token is None
    with pytest.raises(ConfigError, match="AORABOOKS_METRICS_TOKEN_FILE"):
        from_environment({"AORABOOKS_METRICS_TOKEN_FILE": str(tmp_path / "none")})
