"""Names that imitate another addon's, so that somebody installs the wrong one.

Two names are alike if they look the same, as `invoices` and `invoíces`, `billing` and `bi11ing` do,
or if one key or a swap of two leads from one to the other. Looks are compared by skeletons in the
sense of Unicode Technical Standard 39, for the letters that names and titles here are written with.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from addon_registry.audit.code.imports import provided
from addon_registry.audit.finding import Finding, Place, error
from addon_registry.audit.subject import Subject
from core.addons import manifest as manifests
from core.i18n.phrases import phrase

RULE: Final = "imitation"
MIN_FOR_TYPOS: Final = 6
"""Shorter names are alike by chance too often: `sales` and `salts`."""

# Letters of UTS 39's confusables.txt that look like Latin ones, by script, after case folding.
_CYRILLIC: Final = dict(zip("аеорсухіјѕԁһԛԝӏкмтв", "aeopcyxijsdhqwlkmtb", strict=True))
_GREEK: Final = dict(zip("αονρτυχικγ", "aovptuxiky", strict=True))
_FIGURES: Final = {"0": "o", "1": "l", "|": "l", "5": "s", "$": "s", "3": "e", "@": "a", "8": "b"}
_LOOKS: Final = str.maketrans(_CYRILLIC | _GREEK | _FIGURES | {"i": "l", "ı": "l"})
_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"))


def check(subject: Subject, known: Mapping[str, str]) -> Iterator[Finding]:
    """Compare the addon's name and title with those that are known: titles by their names."""
    manifest = subject.manifest
    others = {name: title for name, title in known.items() if name != manifest.name}
    place = Place(manifests.FILE_NAME)
    if manifest.name in provided():
        yield error(
            RULE,
            place,
            phrase("{name} is a Python package that is here already.", name=manifest.name),
            phrase("Choose a name under which nothing else is imported."),
        )
    for name in sorted(others):
        if alike(manifest.name, name):
            yield error(
                RULE,
                place,
                phrase("The name {name} imitates {other}.", name=manifest.name, other=name),
                phrase("Choose a name that nobody takes for another one."),
            )
    for title in sorted(set(others.values()) - {manifest.title, ""}):
        if skeleton(manifest.title) == skeleton(title):
            yield error(
                RULE,
                place,
                phrase("The title {title} imitates {other}.", title=manifest.title, other=title),
                phrase("Choose a title that nobody takes for another one."),
            )
    if mixed := [word for word in manifest.title.split() if len(_scripts(word)) > 1]:
        yield error(
            RULE,
            place,
            phrase("The title mixes letters of two scripts in one word: {word}.", word=mixed[0]),
            phrase("Write each word in one script."),
        )


def alike(name: str, other: str) -> bool:
    """Whether one of two different names can be taken for the other."""
    if skeleton(name) == skeleton(other):
        return True
    return min(len(name), len(other)) >= MIN_FOR_TYPOS and _one_slip(name, other)


def skeleton(text: str) -> str:
    """What a text looks like: without accents, case, spaces and the difference of look-alikes."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    for pair, single in _PAIRS:
        letters = letters.replace(pair, single)
    return re.sub(r"[\W_]+", "", letters.translate(_LOOKS))


def _one_slip(first: str, second: str) -> bool:
    """Whether one letter more, less or other, or two swapped, make one of the other
    (Damerau-Levenshtein distance 1)."""
    if len(first) > len(second):
        first, second = second, first
    if len(second) - len(first) > 1:
        return False
    start = next(
        (i for i, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]),
        len(first),
    )
    if len(first) < len(second):
        return first[start:] == second[start + 1 :]
    rest, other = first[start:], second[start:]
    return rest[1:] == other[1:] or (rest[:2] == other[:2][::-1] and rest[2:] == other[2:])


def _scripts(word: str) -> set[str]:
    """The scripts of a word's letters, by their Unicode names."""
    names = (unicodedata.name(letter, "") for letter in word if letter.isalpha())
    return {name.split()[0] for name in names if name}
