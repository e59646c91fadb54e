"""What the operator decides about keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import Field

from core.declare import OptionSet, msg


@dataclass(frozen=True, slots=True)
class KeyOptions:
    """How old credentials may grow."""

    credential_days: Annotated[int, Field(ge=0, le=3650)] = field(
        default=0,
        metadata={
            "title": msg("Days after which database credentials are changed"),
            "help": msg("Those of each organization, while people work. 0: never by itself."),
        },
    )


OPTIONS: Final = OptionSet(KeyOptions, msg("Keys and credentials"))
