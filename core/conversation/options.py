"""What a company decides about the files beside its records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import Field

from core.declare import msg

_DANGEROUS: Final = "exe com bat cmd scr pif msi vbs vbe js jse wsf hta ps1 jar lnk reg apk"


@dataclass(frozen=True, slots=True)
class AttachmentOptions:
    """Limits of attachments. Sizes are in megabytes of 2**20 bytes."""

    largest_file_mb: Annotated[int, Field(ge=1, le=4096)] = field(
        default=50,
        metadata={"title": msg("Largest attachment (MB)")},
    )
    all_files_mb: Annotated[int, Field(ge=0)] = field(
        default=10_000,
        metadata={
            "title": msg("Room for attachments (MB)"),
            "help": msg("The same file attached twice takes its room once. 0 means no limit."),
        },
    )
    refused_endings: str = field(
        default=_DANGEROUS,
        metadata={
            "title": msg("Kinds of file that are refused"),
            "help": msg("Endings of names, with blanks between them."),
        },
    )

    @property
    def largest_file(self) -> int:
        """In bytes."""
        return self.largest_file_mb * 2**20

    @property
    def all_files(self) -> int:
        """In bytes; 0 for no limit."""
        return self.all_files_mb * 2**20

    @property
    def refused(self) -> frozenset[str]:
        """The endings, in lower case and without points."""
        return frozenset(
            part.strip(".").lower() for part in self.refused_endings.replace(",", " ").split()
        )
