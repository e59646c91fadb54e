"""What of a package the catalogue shows before anybody installs it: README, screenshots and the
changes of this version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import filetype

from addon_registry.errors import InvalidPackage
from core.addons.manifest import Manifest
from core.i18n import phrase

README: Final = "README.md"
CHANGELOG: Final = "CHANGELOG.md"
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/webp"})
"""Formats of screenshots: browsers run nothing that is in them."""
MAX_PICTURE: Final = 2 * 2**20
MAX_PICTURES: Final = 10
MAX_README: Final = 200_000
MAX_CHANGES: Final = 8_000
_HEADING: Final = re.compile(r"^#{1,3} ")


def shown_files(manifest: Manifest, files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """README and screenshots as file name and content, screenshots in the manifest's order.

    Raises InvalidPackage for one that cannot be shown.
    """
    readme = files.get(f"{manifest.name}/{README}")
    if readme is not None:
        if len(readme) > MAX_README:
            raise _refused(README, phrase("it is too long"))
        yield README, readme
    if len(manifest.screenshots) > MAX_PICTURES:
        raise _refused("screenshots", phrase("there are more than {most}", most=MAX_PICTURES))
    for number, path in enumerate(manifest.screenshots, 1):
        content = files.get(f"{manifest.name}/{path}")
        if content is None:
            raise _refused(path, phrase("it is missing"))
        kind = filetype.guess(content)
        if kind is None or kind.mime not in PICTURES:
            raise _refused(path, phrase("it is no PNG, JPEG or WebP"))
        if len(content) > MAX_PICTURE:
            raise _refused(path, phrase("it is larger than {most} MB", most=MAX_PICTURE // 2**20))
        yield f"screenshot-{number}.{kind.extension}", content


def changes_of(version: str, files: Mapping[str, bytes], name: str) -> str:
    """The section of this version in the addon's CHANGELOG.md, without its heading; "" if none.

    A section is what stands below a heading that names the version (keepachangelog.com), up to
    the next heading of that level or above.
    """
    content = files.get(f"{name}/{CHANGELOG}")
    if content is None:
        return ""
    named = re.compile(rf"(?<![\w.]){re.escape(version)}(?![\w.]*\w)")
    lines: list[str] = []
    level = 0
    for line in content.decode("utf-8", errors="replace").splitlines():
        depth = len(line) - len(line.lstrip("#")) if _HEADING.match(line) else 0
        if depth and level and depth <= level:
            break
        if level:
            lines.append(line)
        elif depth and named.search(line):
            level = depth
    return "\n".join(lines).strip()[:MAX_CHANGES]


def _refused(path: str, reason: str) -> InvalidPackage:
    return InvalidPackage.of(
        "package",
        phrase("{path} cannot be shown in the catalogue: {reason}.", path=path, reason=reason),
        fix=phrase("Mend it, raise the version and build the package again."),
    )
