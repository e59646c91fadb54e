"""The command `aorabooks`: the operator's door to everything.

Exit status: 0 done; 1 it could not be done, with a sentence on stderr that says why and what
to do; 2 the command or its input was wrong.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Final

import structlog
import typer

from core.errors import AppError, InvalidInput, SetupError
from tenants.commands.later import Command, Gathered, Group, LaterGroup
from tenants.commands.running import RUNNING

ADDON: Final = Gathered(
    "Addons of a tenant: list, preview, enable, disable, upgrade, replay, purge.",
    {
        "addon": ("list", "preview", "enable", "disable", "upgrade", "replay", "purge"),
        "addon_author": ("new", "check"),
        "addon_package": ("key", "audit", "build", "sign", "verify"),
        "addon_install": ("install", "remove", "rollback", "installed"),
        "registry_publish": ("publish",),
    },
)
TENANT: Final = Gathered(
    "Tenants: create, show, rename, suspend, clone, move, export, delete, rehearse, and more.",
    {
        "tenant": (
            *("create", "list", "show", "suspend", "resume"),
            *("domain", "package", "sell", "rotate", "backup", "revert"),
        ),
        "tenant_life": ("rename", "clone", "export", "delete", "restore", "purge", "bin"),
        "tenant_move": ("move", "moves"),
        "tenant_standby": ("standby",),
        "rehearsal": ("rehearse", "canary"),
    },
)
REGISTRY: Final = Gathered(
    "A registry of addons: keep one, or trust one.",
    {
        "registry": ("init", "add-publisher", "revoke", "yank", "renew", "inspect"),
        "registry_keys": ("rotate", "sign", "accept"),
        "registry_client": ("trust", "refresh", "show", "mirror"),
    },
)
BACKUP: Final = Gathered(
    "Backups of tenants: make, list, prove, restore, decrypt; where they go.",
    {
        "backup": ("run", "list", "prove", "restore", "decrypt", "key"),
        "backup_destination": ("destination", "destinations"),
    },
)
app = LaterGroup(
    "aorabooks",
    "Aorabooks: accounting and business software for many companies.",
    {
        "up": Command("up", "Start PostgreSQL, make what is missing, serve web and jobs."),
        "serve": Command("serve", "Serve the web."),
        "worker": Command("serve", "Run jobs."),
        "migrate": Command(
            "upgrade", "Bring the control plane and the tenants' tables up to date."
        ),
        "doctor": Command("doctor", "Look for what is wrong: with the platform, or with a tenant."),
        "import": Command("data", "Read a file into a tenant; one with a mistake is refused."),
        "report": Command("data", "Print a report of a tenant."),
        "audit-pack": Command("audit", "Write a fiscal year's audit pack to a file."),
        "tenant": TENANT,
        "server": Group(
            "server", "Database servers: add, list, show, check, drain, close, open, remove."
        ),
        "upgrade": Gathered(
            "Upgrades of all tenants: show, pause, resume, retry.",
            {"upgrade": ("show", "pause", "resume", "retry")},
        ),
        "backup": BACKUP,
        "addon": ADDON,
        "licence": Group("licence", "Licences: key, issue, show, add, renew, revoke, revocations."),
        "registry": REGISTRY,
        "reseller": Group("reseller", "Resellers: create, list, show, staff, allow, certify."),
        "user": Group("user", "Users of a tenant: create, reset, token, explain."),
        "zatca": Group("zatca", "Electronic invoices of Saudi Arabia: doctor, samples."),
    },
)


def main() -> None:
    """The entry point of the console script."""
    raise SystemExit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    # Commands say in sentences what went wrong; the log's own lines would only repeat it.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    RUNNING.set(_command_of(arguments))
    try:
        app(arguments, prog_name="aorabooks")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except InvalidInput as error:
        _complain(error.message, error.fix)
        return 2
    except AppError as error:
        _complain(error.message, error.fix)
    except SetupError as error:
        _complain(str(error))
    except KeyboardInterrupt:
        _complain("Stopped.")
    except Exception as error:
        if os.environ.get("AORABOOKS_DEBUG"):
            raise
        _complain(
            f"This should not have happened: {type(error).__name__}: {error}",
            "Run it again with AORABOOKS_DEBUG=1 to see where, and report it.",
        )
    return 1


def _command_of(arguments: list[str]) -> str:
    """The command's name alone: what follows it may hold what is nobody's business."""
    words, command = ["aorabooks"], app
    for argument in arguments:
        inner = getattr(command, "commands", {})
        if argument not in inner:
            break
        command = inner[argument]
        words.append(argument)
    return " ".join(words)


def _complain(message: str, fix: str = "") -> None:
    typer.secho("error: ", fg="red", bold=True, err=True, nl=False)
    typer.echo(" ".join(filter(None, (message, fix))), err=True)


if __name__ == "__main__":
    main()
