"""`addon.toml`, read as data: nothing of the addon is imported to learn what it is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

FILE_NAME = "addon.toml"
RESERVED_NAMES = frozenset({"core", "public", "information_schema", "api", "static", "auth"})

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,30}$")]


class ManifestError(Exception):
    """A manifest cannot be used; the message names the file, the key and the way out."""


class Manifest(BaseModel):
    """What an addon says of itself. `depends` and `reacts_to` hold other addons' names.

    `reacts_to` names publishers whose events it handles when they are there; `permissions`
    are sentences shown before it is enabled, `privacy` says what personal data it keeps.
    `control` marks what runs on the control plane's host alone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    title: str = Field(min_length=1, max_length=80)
    summary: str = Field(min_length=1, max_length=300)
    version: str
    core: str
    depends: tuple[Name, ...] = ()
    reacts_to: tuple[Name, ...] = ()
    category: str = "Other"
    licence: Literal["free", "standard", "premium"] = "standard"
    privacy: str = ""
    permissions: tuple[str, ...] = ()
    control: bool = False

    @field_validator("version")
    @classmethod
    def _version_is_pep440(cls, value: str) -> str:
        try:
            return str(Version(value))
        except InvalidVersion:
            raise ValueError(f"{value!r} is not a version such as 1.4.0") from None

    @field_validator("core")
    @classmethod
    def _range_is_pep440(cls, value: str) -> str:
        try:
            SpecifierSet(value)
        except InvalidSpecifier:
            raise ValueError(f"{value!r} is not a version range such as >=1,<2") from None
        return value

    def accepts_core(self, version: str) -> bool:
        """Whether this core version lies in the addon's range."""
        return SpecifierSet(self.core).contains(version, prereleases=True)


def read(path: Path) -> Manifest:
    """The manifest in this file; raises ManifestError listing everything wrong with it."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path}: cannot be read ({error})") from error
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(f"{path}: not valid TOML ({error})") from error
    try:
        manifest = Manifest.model_validate(data)
    except ValidationError as error:
        raise ManifestError(f"{path}: {_explain(error)}") from error
    if manifest.name in RESERVED_NAMES or manifest.name.startswith("pg_"):
        raise ManifestError(f"{path}: name: {manifest.name!r} is reserved; choose another")
    return manifest


def _explain(error: ValidationError) -> str:
    known = ", ".join(Manifest.model_fields)
    sentences = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            sentences.append(f"{key}: no such key; the keys are {known}")
        else:
            sentences.append(f"{key}: {re.sub('^Value error, ', '', problem['msg'])}")
    return "; ".join(sentences)
