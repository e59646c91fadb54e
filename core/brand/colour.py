"""Colours: how well they stand out from each other, and the nearest one that does.

Contrast is that of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio). Nearness is
measured in Oklab (Björn Ottosson, 2020; CSS Color 4, section 9), in which equal distances look
about equally far.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

TEXT_CONTRAST: Final = 4.5
"""What WCAG 2.2 asks of text at level AA (1.4.3)."""

_HEX: Final = re.compile(r"#[0-9a-f]{6}")
_STEPS: Final = 256


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour of the sRGB space; each part is 0 to 255."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def parts(self) -> str:
        """The parts for `rgb()`: `15, 110, 110`."""
        return f"{self.red}, {self.green}, {self.blue}"


def read_colour(text: str) -> Colour:
    """A colour from `#rrggbb`; raises ValueError for anything else."""
    plain = text.strip().lower()
    if _HEX.fullmatch(plain) is None:
        raise ValueError(f"{text!r} is no colour of the form #rrggbb")
    return Colour(int(plain[1:3], 16), int(plain[3:5], 16), int(plain[5:7], 16))


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(colour: Colour, others: Sequence[Colour]) -> float:
    """The contrast to that of the others which it stands out from least."""
    return min(contrast(colour, other) for other in others)


def mixed(one: Colour, other: Colour, part: float) -> Colour:
    """`part` of the first colour and the rest of the second, as seen by the eye."""
    first, second = _oklab(one), _oklab(other)
    return _from_oklab(tuple(a * part + b * (1 - part) for a, b in zip(first, second, strict=True)))


def nearest(colour: Colour, passes: Callable[[Colour], bool]) -> Colour:
    """The colour itself if it passes, else that of its hue which is lighter or darker by the least.

    Raises ValueError where no lightness of this hue passes.
    """
    if passes(colour):
        return colour
    lightness, a, b = _oklab(colour)
    found: list[tuple[float, Colour]] = []
    for step in range(_STEPS + 1):
        other = step / _STEPS
        # Near black and white a screen has less colour to give, so the hue pales with them.
        candidate = _in_gamut(other, a, b)
        if passes(candidate):
            found.append((abs(other - lightness), candidate))
    if not found:
        raise ValueError(f"no shade of {colour} passes")
    return min(found, key=lambda pair: pair[0])[1]


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in (colour.red, colour.green, colour.blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _encoded(part: float) -> float:
    return part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _oklab(colour: Colour) -> tuple[float, ...]:
    r, g, b = (_linear(part / 255) for part in (colour.red, colour.green, colour.blue))
    l_, m, s = (
        (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3),
        (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3),
        (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3),
    )
    return (
        0.2104542553 * l_ + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l_ - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l_ + 0.7827717662 * m - 0.8086757660 * s,
    )


def _linear_of(lab: Sequence[float]) -> tuple[float, float, float]:
    lightness, a, b = lab
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * l_ - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l_ + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l_ - 0.7034186147 * m + 1.7076147010 * s,
    )


def _from_oklab(lab: Sequence[float]) -> Colour:
    red, green, blue = (round(255 * _encoded(min(1.0, max(0.0, part)))) for part in _linear_of(lab))
    return Colour(red, green, blue)


def _in_gamut(lightness: float, a: float, b: float) -> Colour:
    """This lightness and hue, with as much of the colour as a screen can show."""
    if _is_shown(lightness, a, b):
        return _from_oklab((lightness, a, b))
    low, high = 0.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        if _is_shown(lightness, a * middle, b * middle):
            low = middle
        else:
            high = middle
    return _from_oklab((lightness, a * low, b * low))


def _is_shown(lightness: float, a: float, b: float) -> bool:
    return all(-0.0005 <= part <= 1.0005 for part in _linear_of((lightness, a, b)))
