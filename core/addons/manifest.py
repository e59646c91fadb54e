"""`addon.toml`, read as data: nothing of the addon is imported to learn what it is."""

from __future__ import annotations

import difflib
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

FILE_NAME = "addon.toml"
RESERVED_NAMES = frozenset(
    # Schemas and packages of the platform, and the first part of the kernel's own addresses.
    {"core", "tenants", "addons", "addon_registry", "public", "information_schema", "api"}
    | {"static", "auth", "login", "logout", "account", "settings", "search", "docs"}
    | {"healthz", "readyz", "metrics"}
)

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,30}$")]
Host = Annotated[str, Field(pattern=r"^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$")]
Capability = Literal["network", "files", "subprocess"]


class ManifestError(Exception):
    """A manifest cannot be used; the message names the file, the key and the way out."""


class Manifest(BaseModel):
    """What an addon says of itself. `depends` and `reacts_to` hold other addons' names.

    A dependency may be written with a range of versions, as in `"accounting >=1.2,<2"`; the
    ranges are kept in `ranges`, by name. `reacts_to` names publishers whose events it handles
    when they are there; `permissions` are sentences shown before it is enabled, `privacy` says
    what personal data it keeps, `needs` what its code does outside the database, and `hosts`
    whom it contacts (`*.example.com` stands for all hosts below). `publisher`, `homepage` and
    `support` are shown in the catalogue, as are `screenshots`, which are files of the addon.
    `control` marks what runs on the control plane's host alone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    title: str = Field(min_length=1, max_length=80)
    summary: str = Field(min_length=1, max_length=300)
    version: str
    core: str
    depends: tuple[Name, ...] = ()
    ranges: dict[str, str] = Field(default_factory=dict)
    reacts_to: tuple[Name, ...] = ()
    category: str = "Other"
    licence: Literal["free", "standard", "premium"] = "standard"
    privacy: str = ""
    permissions: tuple[str, ...] = ()
    needs: tuple[Capability, ...] = ()
    hosts: tuple[Host, ...] = ()
    publisher: str = Field(default="", max_length=80)
    homepage: str = Field(default="", pattern=r"^(https://\S+)?$")
    support: str = Field(default="", max_length=200)
    screenshots: tuple[str, ...] = ()
    control: bool = False

    @model_validator(mode="before")
    @classmethod
    def _ranges_apart_from_names(cls, data: Any) -> Any:
        """`depends = ["accounting >=1.2,<2"]` becomes a name and its range."""
        if not isinstance(data, dict):
            return data
        if "ranges" in data:
            raise ValueError("ranges: write the range beside the name, under depends")
        if not isinstance(data.get("depends"), list | tuple):
            return data
        names, ranges = [], {}
        for entry in data["depends"]:
            name, specifier = _dependency(entry)
            names.append(name)
            if specifier:
                ranges[name] = specifier
        return data | {"depends": tuple(names), "ranges": ranges}

    @field_validator("name")
    @classmethod
    def _name_is_no_schema_of_postgresql(cls, value: str) -> str:
        if value.startswith("pg_"):
            raise ValueError(f"{value!r} is reserved; choose a name that does not begin with pg_")
        return value

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
            _versions(value)
        except InvalidSpecifier:
            raise ValueError(f"{value!r} is not a version range such as >=1,<2") from None
        return value

    @model_validator(mode="after")
    def _names_others_once(self) -> Manifest:
        others = (*self.depends, *self.reacts_to)
        if self.name in others:
            raise ValueError(f"{self.name!r} cannot depend on or react to itself by name")
        twice = sorted({name for name in others if others.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} named twice under depends and reacts_to")
        return self

    @field_validator("screenshots")
    @classmethod
    def _screenshots_lie_in_the_addon(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        outside = [path for path in value if path.startswith("/") or ".." in path.split("/")]
        if outside:
            raise ValueError(f"{', '.join(outside)} must be a path inside the addon")
        return value

    def accepts_core(self, version: str) -> bool:
        """Whether this core version lies in the addon's range."""
        return _versions(self.core).contains(version, prereleases=True)

    def accepts(self, name: str, version: str) -> bool:
        """Whether this version of a dependency lies in the range that is asked for."""
        return _versions(self.ranges.get(name, "")).contains(version, prereleases=True)


def read(path: Path) -> Manifest:
    """The manifest in this file; raises ManifestError listing everything wrong with it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path}: cannot be read ({error})") from error
    return parse(text, str(path))


def parse(text: str, place: str = FILE_NAME) -> Manifest:
    """The manifest in this text, which is at `place`; raises ManifestError as `read` does."""
    try:
        return Manifest.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(f"{place}: not valid TOML ({error})") from error
    except ValidationError as error:
        raise ManifestError(f"{place}: {_explain(error)}") from error


@lru_cache(maxsize=1024)
def _versions(text: str) -> SpecifierSet:
    """The range in this text; a catalogue holds the same few thousands of times."""
    return SpecifierSet(text)


def _dependency(entry: Any) -> tuple[str, str]:
    """Name and range of one entry under `depends`."""
    try:
        requirement = Requirement(entry)
    except (InvalidRequirement, TypeError):
        raise ValueError(
            f"depends: {entry!r} is not a name, or a name and a range such as accounting >=1,<2"
        ) from None
    if requirement.url or requirement.marker or requirement.extras:
        raise ValueError(f"depends: {entry!r} may hold a name and a range of versions alone")
    return requirement.name, str(requirement.specifier)


def _explain(error: ValidationError) -> str:
    return "; ".join(_sentence(problem) for problem in error.errors())


def _sentence(problem: ErrorDetails) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    if problem["type"] != "extra_forbidden":
        text = problem["msg"].removeprefix("Value error, ")
        return f"{key}: {text}" if key else text
    known = [name for name in Manifest.model_fields if name != "ranges"]
    close = difflib.get_close_matches(key, known, n=1)
    if close:
        return f"{key}: no such key; did you mean {close[0]}?"
    return f"{key}: no such key; the keys are {', '.join(known)}"
