"""What the operator decides about how organizations come and go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import Field

from core.declare import OptionSet, msg


@dataclass(frozen=True, slots=True)
class LifeOptions:
    """The operator's own choices."""

    sign_up: bool = field(
        default=False,
        metadata={
            "title": msg("Anybody may sign up"),
            "help": msg(
                "At /tenants/sign-up of this address. The link of a mail makes the company, so a"
                " mail server is needed."
            ),
        },
    )
    standby: Annotated[int, Field(ge=0, le=100)] = field(
        default=2,
        metadata={
            "title": msg("Ready databases"),
            "help": msg(
                "For each set of addons in use; a new organization then has its database in a"
                " moment. A set may have a number of its own."
            ),
        },
    )
    bin_days: Annotated[int, Field(ge=1, le=3650)] = field(
        default=30,
        metadata={
            "title": msg("Days in the bin"),
            "help": msg("How long a deleted organization can be restored."),
        },
    )
    redirect_days: Annotated[int, Field(ge=0, le=3650)] = field(
        default=90,
        metadata={
            "title": msg("Days for which an old slug leads to the new one"),
            "help": msg("As long, nobody else is given it."),
        },
    )
    moved_days: Annotated[int, Field(ge=0, le=365)] = field(
        default=7,
        metadata={
            "title": msg("Days for which the old database is kept after a move"),
            "help": msg("It lies on the server that the organization was moved away from, closed."),
        },
    )
    nameservers: str = field(
        default="",
        metadata={
            "title": msg("Name servers"),
            "help": msg("Asked for the proof of a domain. Empty: those of this machine."),
        },
    )
    proof_days: Annotated[int, Field(ge=1, le=365)] = field(
        default=14,
        metadata={
            "title": msg("Days for which a domain is served without its proof"),
            "help": msg("It is looked for every day. After that anybody may claim the domain."),
        },
    )


OPTIONS: Final = OptionSet(LifeOptions, msg("Life of organizations"))
