"""Data Matrix symbols, ECC 200, square, as ISO/IEC 16022 describes them: the encodation of ASCII
with pairs of digits, padding, Reed-Solomon error correction, and the placement of the modules.

GS1 DataMatrix begins with the function character FNC1, which also ends elements of variable length
(GS1 General Specifications, section 5.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from core.errors import InvalidInput
from core.i18n.phrases import phrase

FNC1: Final = "\xf1"
_PAD, _FNC1_CODEWORD, _PAIRS = 129, 232, 130
_PRIMITIVE: Final = 0x12D


@dataclass(frozen=True, slots=True)
class _Size:
    """A square symbol: modules of a side, codewords of data and of correction, regions of a
    side."""

    modules: int
    data: int
    correction: int
    regions: int = 1

    @property
    def mapped(self) -> int:
        """Modules of a side without the borders of the regions."""
        return self.modules - 2 * self.regions


_SIZES: Final = (
    *(_Size(*one) for one in (
        (10, 3, 5), (12, 5, 7), (14, 8, 10), (16, 12, 12), (18, 18, 14), (20, 22, 18),
        (22, 30, 20), (24, 36, 24), (26, 44, 28), (32, 62, 36, 2), (36, 86, 42, 2),
        (40, 114, 48, 2), (44, 144, 56, 2), (48, 174, 68, 2),
    )),
)  # fmt: skip
"""ISO/IEC 16022, the square symbols as far as one block of correction reaches."""


@lru_cache(maxsize=1024)
def modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """The rows of a symbol without its quiet zone, true for dark; `FNC1` in the text stands for the
    function character. Raises InvalidInput for what is not ASCII or does not fit."""
    words = _words(text)
    size = next((one for one in _SIZES if one.data >= len(words)), None)
    if size is None:
        raise InvalidInput.of("text", phrase("This is too long for a Data Matrix code."))
    words = _padded(words, size.data)
    return _drawn(size, _placed([*words, *_correction(words, size.correction)], size.mapped))


def _words(text: str) -> list[int]:
    words: list[int] = []
    place = 0
    while place < len(text):
        pair = text[place : place + 2]
        if text[place] == FNC1:
            words.append(_FNC1_CODEWORD)
        elif len(pair) == 2 and pair.isascii() and pair.isdecimal():
            words.append(_PAIRS + int(pair))
            place += 1
        elif text[place].isascii():
            words.append(ord(text[place]) + 1)
        else:
            raise InvalidInput.of(
                "text", phrase("A Data Matrix code holds letters and digits of ASCII here.")
            )
        place += 1
    if not words:
        raise InvalidInput.of("text", phrase("A code needs a text."))
    return words


def _padded(words: list[int], length: int) -> list[int]:
    padded = [*words, *([_PAD] if len(words) < length else [])]
    while len(padded) < length:
        value = _PAD + (149 * (len(padded) + 1)) % 253 + 1
        padded.append(value if value <= 254 else value - 254)
    return padded


@lru_cache(maxsize=1)
def _powers() -> tuple[tuple[int, ...], dict[int, int]]:
    """The powers of 2 in the field of 256 elements, and the exponent of each element."""
    powers, value = [], 1
    for _ in range(255):
        powers.append(value)
        value = (value << 1) ^ (_PRIMITIVE if value & 0x80 else 0)
    return tuple(powers), {power: exponent for exponent, power in enumerate(powers)}


def _times(left: int, right: int) -> int:
    powers, exponents = _powers()
    return powers[(exponents[left] + exponents[right]) % 255] if left and right else 0


def _correction(words: list[int], count: int) -> list[int]:
    powers, _ = _powers()
    generator = [1]
    for root in range(1, count + 1):
        shifted = [*generator, 0]
        for place, one in enumerate(generator):
            shifted[place + 1] ^= _times(one, powers[root])
        generator = shifted
    rest = [0] * count
    for word in words:
        factor = word ^ rest[0]
        rest = [
            one ^ _times(factor, coefficient)
            for one, coefficient in zip([*rest[1:], 0], generator[1:], strict=True)
        ]
    return rest


def _placed(words: list[int], side: int) -> list[list[bool]]:
    """The modules of the data regions together."""
    grid: list[list[bool | None]] = [[None] * side for _ in range(side)]
    rest = iter(words)
    row, column = 4, 0
    while row < side or column < side:
        for corner in _corners(row, column, side):
            _put(grid, next(rest), corner)
        while row >= 0 and column < side:
            if row < side and column >= 0 and grid[row][column] is None:
                _put(grid, next(rest), _utah(row, column, side))
            row, column = row - 2, column + 2
        row, column = row + 1, column + 3
        while row < side and column >= 0:
            if row >= 0 and column < side and grid[row][column] is None:
                _put(grid, next(rest), _utah(row, column, side))
            row, column = row + 2, column - 2
        row, column = row + 3, column + 1
    if grid[-1][-1] is None:
        grid[-1][-1] = grid[-2][-2] = True
    return [[bool(module) for module in line] for line in grid]


def _put(grid: list[list[bool | None]], word: int, places: tuple[tuple[int, int], ...]) -> None:
    for bit, (row, column) in enumerate(places):
        grid[row][column] = bool(word >> (7 - bit) & 1)


def _utah(row: int, column: int, side: int) -> tuple[tuple[int, int], ...]:
    """The eight modules of a codeword, the most significant bit first."""
    offsets = ((-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0))
    return tuple(_wrapped(row + down, column + along, side) for down, along in offsets)


def _wrapped(row: int, column: int, side: int) -> tuple[int, int]:
    if row < 0:
        row, column = row + side, column + 4 - (side + 4) % 8
    if column < 0:
        row, column = row + 4 - (side + 4) % 8, column + side
    return row, column


def _corners(row: int, column: int, side: int) -> list[tuple[tuple[int, int], ...]]:
    """The codewords at the corners, which are not placed like the others."""
    last, found = side - 1, []
    if row == side and column == 0:
        found.append(((last, 0), (last, 1), (last, 2), (0, last - 1), (0, last), (1, last),
                      (2, last), (3, last)))  # fmt: skip
    if row == side - 2 and column == 0 and side % 4:
        found.append(((last - 2, 0), (last - 1, 0), (last, 0), (0, last - 3), (0, last - 2),
                      (0, last - 1), (0, last), (1, last)))  # fmt: skip
    if row == side - 2 and column == 0 and side % 8 == 4:
        found.append(((last - 2, 0), (last - 1, 0), (last, 0), (0, last - 1), (0, last), (1, last),
                      (2, last), (3, last)))  # fmt: skip
    if row == side + 4 and column == 2 and not side % 8:
        found.append(((last, 0), (last, last), (0, last - 2), (0, last - 1), (0, last),
                      (1, last - 2), (1, last - 1), (1, last)))  # fmt: skip
    return found


def _drawn(size: _Size, data: list[list[bool]]) -> tuple[tuple[bool, ...], ...]:
    """The symbol: each region between a solid border (left, below) and a broken one."""
    inner = size.mapped // size.regions
    outer = inner + 2

    def module(row: int, column: int) -> bool:
        down, along = row % outer, column % outer
        if along == 0 or down == outer - 1:
            return True
        if down == 0:
            return along % 2 == 0
        if along == outer - 1:
            return down % 2 == 1
        return data[row // outer * inner + down - 1][column // outer * inner + along - 1]

    side = range(size.modules)
    return tuple(tuple(module(row, column) for column in side) for row in side)
