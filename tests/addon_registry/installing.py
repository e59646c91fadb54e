"""A deployment for tests of installing: its folder, and packages of a stranger to put into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from addon_registry import keys
from addon_registry.deployment import active, changing, store
from addon_registry.deployment.active import Addons
from addon_registry.deployment.changing import Fetched, Outcome
from addon_registry.deployment.journal import Step
from addon_registry.deployment.layout import Layout
from addon_registry.keys import PublisherKey
from addon_registry.package.building import build
from addon_registry.package.names import signature_path
from addon_registry.package.signing import sign
from addon_registry.package.verifying import verify_wheel
from tests.addon_registry.keeper import PUBLISHER, Keeper


@dataclass(frozen=True)
class Deployment:
    """A deployment, and a publisher whose packages it takes."""

    layout: Layout
    keeper: Keeper

    def package(self, name: str, version: str, **said: str | Iterable[str]) -> Fetched:
        """A verified wheel of a small addon."""
        return self.package_from(self.keeper.source(name, version, **said))

    def package_from(self, folder: Path) -> Fetched:
        """The addon in this folder, built, signed and verified."""
        wheel = build(folder, self.keeper.work / "dist").path
        sign(wheel, self.keeper.publisher_key)
        ring = keys.keyring([PublisherKey(PUBLISHER, self.keeper.publisher_key.public_key())])
        return Fetched(
            wheel, signature_path(wheel), verify_wheel(wheel, signature_path(wheel), ring)
        )

    def take(
        self,
        *packages: Fetched,
        step: str = "step",
        to: Addons | None = None,
        troubles: Mapping[str, str] | None = None,
    ) -> Outcome:
        """One step with these packages, in which the check finds these troubles."""
        return changing.change(
            self.layout,
            Step(step, "a step", "somebody"),
            fetch=lambda: packages,
            to=to,
            check=lambda names: troubles or {},
        )

    def runs(self) -> dict[str, str]:
        """Names and versions of what is active, every one verified as at a start."""
        now = active.read(self.layout)
        return {
            name: store.verify(self.layout, each).manifest.version
            for name, each in now.addons.items()
        }

    def stored(self) -> set[str]:
        """What lies in the store: `name version`."""
        found = self.layout.store.glob("*/*")
        return {f"{each.parent.name} {each.name.rpartition('-')[0]}" for each in found}


def code_file(deployment: Deployment, name: str, file: str) -> Path:
    """A file of the active version of an addon."""
    installed = active.read(deployment.layout).addons[name]
    return store.code_of(deployment.layout, installed) / file
