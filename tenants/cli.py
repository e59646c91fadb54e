"""The command `aorabooks`: the operator's door to everything.

Exit status: 0 done; 1 it could not be done, with a sentence on stderr that says why and what
to do; 2 the command or its input was wrong.
"""

from __future__ import annotations

import logging
import os
import sys

import structlog
import typer

from core.addons.loading import CatalogError
from core.config import ConfigError
from core.errors import AppError, InvalidInput
from core.secrets import SealError
from tenants.commands import (
    addon,
    addon_author,
    addon_install,
    addon_package,
    audit,
    data,
    doctor,
    licence,
    registry,
    registry_client,
    registry_keys,
    reseller,
    serve,
    tenant,
    up,
    user,
)
from tenants.commands.opening import RUNNING

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Aorabooks: accounting and business software for many companies.",
)
app.command()(up.up)
app.command()(serve.serve)
app.command()(serve.worker)
app.command()(doctor.migrate)
app.command()(doctor.doctor)
app.add_typer(tenant.app, name="tenant")
addon_author.add_to(addon.app)
addon_package.add_to(addon.app)
addon_install.add_to(addon.app)
registry.add_to(addon.app)
app.add_typer(addon.app, name="addon")
registry_keys.add_to(registry.app)
registry_client.add_to(registry.app)
app.add_typer(licence.app, name="licence")
app.add_typer(registry.app, name="registry")
app.add_typer(reseller.app, name="reseller")
app.add_typer(user.app, name="user")
app.command("import")(data.import_)
app.command()(data.report)
app.command("audit-pack")(audit.audit_pack)


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
    except (ConfigError, CatalogError, SealError) as error:
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
    words, command = ["aorabooks"], typer.main.get_command(app)
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
