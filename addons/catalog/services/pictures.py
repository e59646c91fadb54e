"""Pictures of products: added, ordered, and brought in by the hundred from a zip of files that are
called like product codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from addons.catalog.models import Picture, Product
from core.api import InvalidInput, phrase, store_file

LARGEST: Final = 10 * 2**20
"""Bytes of one picture."""
LARGEST_ZIP: Final = 512 * 2**20
_MOST_FILES: Final = 20_000
_MARKS: Final = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image/webp"),
)
_NUMBERED: Final = re.compile(r"(?P<sku>.+?)[-_ ](?P<place>\d{1,3})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What came of a zip: pictures that are new, those that were there, and the names of files
    that no product is called like, or that are no pictures."""

    added: int
    known: int
    strange: tuple[str, ...]


def pictures_of(session: Session, product: Product) -> Sequence[Picture]:
    """A product's pictures in their order, its own before those of its template."""
    statement = select(Picture).where(
        Picture.template_id == product.template_id,
        (Picture.product_id == product.id) | Picture.product_id.is_(None),
    )
    own = case((Picture.product_id == product.id, 0), else_=1)
    return session.scalars(statement.order_by(own, Picture.position, Picture.id)).all()


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture as a file: the digest under which it is kept, and of which type it is."""

    id: int
    digest: str
    media_type: str


def find_picture(session: Session, picture_id: int) -> PictureFile | None:
    """A picture by its id; None where there is none."""
    picture = session.get(Picture, picture_id)
    if picture is None:
        return None
    return PictureFile(picture.id, picture.digest, picture.media_type)


def add_picture(session: Session, product: Product, content: bytes, title: str = "") -> int:
    """Keep a picture of a product, behind the others; its id, also if it was there already. Raises
    InvalidInput for what is no picture."""
    media_type = _media_type(content)
    if media_type is None or len(content) > LARGEST:
        raise InvalidInput.of(
            "file",
            phrase("{title} is no picture.", title=title or phrase("The file")),
            fix=phrase("Pictures are PNG, JPEG, WebP or GIF files of up to 10 MB."),
        )
    owner = product.id if product.combination else None
    mine = select(Picture.id, Picture.digest, Picture.position).where(
        Picture.template_id == product.template_id, Picture.product_id.is_not_distinct_from(owner)
    )
    known = {row[1]: row for row in session.execute(mine)}
    digest = store_file(session, [content]).digest
    if digest in known:
        return known[digest][0]
    last = max((row[2] for row in known.values()), default=0)
    picture = Picture(
        template_id=product.template_id,
        product_id=owner,
        digest=digest,
        media_type=media_type,
        title=title[:200],
        position=last + 1,
    )
    session.add(picture)
    session.flush()
    return picture.id


def move_picture(session: Session, picture: Picture, steps: int) -> None:
    """Move a picture among those beside it: -1 is one place to the front."""
    beside = list(
        session.scalars(
            select(Picture)
            .where(
                Picture.template_id == picture.template_id,
                Picture.product_id.is_not_distinct_from(picture.product_id),
            )
            .order_by(Picture.position, Picture.id)
            .with_for_update()
        )
    )
    at = beside.index(picture)
    beside.insert(max(0, min(len(beside) - 1, at + steps)), beside.pop(at))
    for place, one in enumerate(beside, start=1):
        one.position = place
    session.flush()


def delete_picture(session: Session, picture: Picture) -> None:
    """Take a picture away."""
    session.delete(picture)
    session.flush()


def bring_in_zip(session: Session, file: BinaryIO) -> BroughtIn:
    """Take the pictures out of a zip: SKU.jpg, or SKU-1.jpg and SKU-2.jpg in their order. Brought
    in again they are known. Raises InvalidInput for what is no zip, or holds too much."""
    try:
        with ZipFile(file) as archive:
            entries = _entries(archive)
            products = _products(session, [sku for names in entries for sku in names[1:]])
            added, known, strange = 0, 0, []
            for name, whole, shorter in sorted(entries, key=_order):
                product = products.get(whole) or products.get(shorter)
                content = _content(archive, name) if product is not None else b""
                if product is None or _media_type(content) is None:
                    strange.append(name.filename)
                    continue
                new = _is_new(session, product, content, name.filename)
                added, known = added + new, known + (not new)
    except BadZipFile:
        raise InvalidInput.of("file", phrase("This is no zip file that can be read.")) from None
    return BroughtIn(added, known, tuple(strange))


_Entry = tuple[ZipInfo, str, str]


def _entries(archive: ZipFile) -> list[_Entry]:
    """The files, each with the two codes that it may be called like."""
    found = list(_files(archive))
    if len(found) > _MOST_FILES:
        raise InvalidInput.of(
            "file",
            phrase("A zip holds at most {limit} pictures.", limit=_MOST_FILES),
            fix=phrase("Split it into several."),
        )
    return found


def _files(archive: ZipFile) -> Iterator[_Entry]:
    for info in archive.infolist():
        path = PurePosixPath(info.filename.replace("\\", "/"))
        hidden = path.name.startswith(".") or "__MACOSX" in path.parts
        if info.is_dir() or hidden:
            continue
        stem = path.stem.strip()
        numbered = _NUMBERED.fullmatch(stem)
        yield info, stem.casefold(), (numbered["sku"] if numbered else stem).casefold()


def _order(entry: _Entry) -> tuple[str, int, str]:
    info, stem, shorter = entry
    place = stem[len(shorter) + 1 :]
    return shorter, int(place) if place.isdecimal() else 0, info.filename


def _content(archive: ZipFile, info: ZipInfo) -> bytes:
    # What the archive says of the size may be untrue: read no more than is allowed.
    if info.file_size > LARGEST or info.flag_bits & 0x1:
        return b""
    with archive.open(info) as file:
        return file.read(LARGEST + 1)


def _products(session: Session, skus: Sequence[str]) -> dict[str, Product]:
    statement = select(Product).where(func.lower(Product.sku).in_(set(skus)))
    return {product.sku.casefold(): product for product in session.scalars(statement)}


def _is_new(session: Session, product: Product, content: bytes, title: str) -> bool:
    highest = select(func.coalesce(func.max(Picture.id), 0))
    before = session.scalar(highest) or 0
    return add_picture(session, product, content, PurePosixPath(title).name) > before


def _media_type(content: bytes) -> str | None:
    return next((kind for mark, kind in _MARKS if mark.match(content)), None)
