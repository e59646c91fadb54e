"""From a brand's accent to all colours that derive from it, in light and dark, and their check.

The names are those of `frontend/tokens.css`; what a brand does not change stays as it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from core.brand.colour import (
    TEXT_CONTRAST,
    Colour,
    contrast,
    least_contrast,
    mixed,
    nearest,
    read_colour,
)
from core.brand.values import Brand

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What accents lie on in a theme, the text on an accent, and where hovering leads."""

    surface: Colour
    others: tuple[Colour, ...]
    on_accent: Colour
    strong: Colour


_GROUNDS: Final[Mapping[Theme, _Ground]] = {
    "light": _Ground(
        surface=read_colour("#ffffff"),
        others=(read_colour("#f6f7f8"), read_colour("#f7f9f9")),
        on_accent=read_colour("#ffffff"),
        strong=read_colour("#000000"),
    ),
    "dark": _Ground(
        surface=read_colour("#141c20"),
        others=(read_colour("#0d1316"), read_colour("#1a2429")),
        on_accent=read_colour("#0b1214"),
        strong=read_colour("#ffffff"),
    ),
}
_SOFT: Final = 0.12
_STRONG: Final = 0.8


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an accent can be read in a theme: the least contrast it makes, and the nearest
    shade that passes."""

    contrast: float
    nearest: Colour

    @property
    def passes(self) -> bool:
        return self.contrast >= TEXT_CONTRAST


def judge(accent: Colour, theme: Theme) -> Verdict:
    """How an accent fares as a link on every ground of the theme, as the ground of a button's
    text, and as text on its own soft shade (WCAG 2.2, 1.4.3 and 1.4.11)."""
    return Verdict(_least(accent, theme), nearest(accent, lambda c: _passes(c, theme)))


@lru_cache(maxsize=256)
def style_sheet(accent_light: str, accent_dark: str, scope: str = "") -> str:
    """The style sheet that overrides the colours of `tokens.css`; with a `scope`, below the
    elements of this selector alone."""
    root = ":root, " if not scope else ""
    light = _declarations(read_colour(accent_light), "light")
    dark = _declarations(read_colour(accent_dark), "dark")
    return (
        f'{root}{scope}[data-bs-theme="light"] {{\n{light}}}\n'
        f'{scope}[data-bs-theme="dark"] {{\n{dark}}}\n'
    )


def brand_sheet(brand: Brand) -> str:
    """The style sheet of a brand."""
    return style_sheet(brand.accent_light, brand.accent_dark)


def nobody_sheet(brand: Brand) -> str:
    """The whole style sheet of the page that stands where nobody is served; it follows the
    device, since no script runs there."""
    light, dark = _GROUNDS["light"], _GROUNDS["dark"]
    return (
        f"body {{ background: {light.others[0]}; color: #16222a; font-family: system-ui,"
        " sans-serif; margin: 0; }\n"
        "main { max-inline-size: 32rem; margin: 12vh auto; padding: 0 1.5rem; }\n"
        "h1 { font-size: 1.375rem; }\n"
        "img { max-inline-size: 100%; }\n"
        f"a {{ color: {brand.accent_light}; }}\n"
        "@media (prefers-color-scheme: dark) {\n"
        f"  body {{ background: {dark.others[0]}; color: #e0e8ea; }}\n"
        f"  a {{ color: {brand.accent_dark}; }}\n"
        "}\n"
    )


def soft(accent: Colour, theme: Theme) -> Colour:
    """The ground of what is chosen: a breath of the accent."""
    return mixed(accent, _GROUNDS[theme].surface, _SOFT)


def _least(accent: Colour, theme: Theme) -> float:
    ground = _GROUNDS[theme]
    lies_on = (ground.surface, *ground.others, ground.on_accent, soft(accent, theme))
    return least_contrast(accent, lies_on)


def _passes(accent: Colour, theme: Theme) -> bool:
    return _least(accent, theme) >= TEXT_CONTRAST


def _declarations(accent: Colour, theme: Theme) -> str:
    ground = _GROUNDS[theme]
    strong = mixed(accent, ground.strong, _STRONG)
    soft_accent = soft(accent, theme)
    values = {
        "--app-accent": str(accent),
        "--app-accent-strong": str(strong),
        "--app-accent-soft": str(soft_accent),
        "--app-on-accent": str(ground.on_accent),
        "--app-focus": f"rgba({accent.parts}, 0.26)",
        "--bs-primary-rgb": accent.parts,
        "--bs-primary-text-emphasis": str(strong),
        "--bs-primary-border-subtle": str(mixed(accent, ground.surface, 0.3)),
        "--bs-link-color": str(accent),
        "--bs-link-color-rgb": accent.parts,
        "--bs-link-hover-color": str(strong),
        "--bs-link-hover-color-rgb": strong.parts,
    }
    return "".join(f"  {name}: {value};\n" for name, value in values.items())


def text_on(accent: Colour) -> Colour:
    """White or near black, whichever is read better on this accent."""
    white, black = read_colour("#ffffff"), read_colour("#101418")
    return max((white, black), key=lambda colour: contrast(accent, colour))
