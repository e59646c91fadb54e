"""`aorabooks addon key|audit|build|sign|verify`: an addon as a package that others can trust."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from addon_registry import keys
from addon_registry.audit.auditing import audit as audit_addon
from addon_registry.package.building import build as build_wheel
from addon_registry.package.names import signature_path
from addon_registry.package.signing import sign as sign_wheel
from addon_registry.package.verifying import verify_wheel
from core.errors import InvalidInput
from tenants.authoring.shipped import shipped_titles
from tenants.commands.console import AsJson, print_fields, print_json, print_table, tell

app = typer.Typer()

PASSPHRASE: Final = "AORABOOKS_KEY_PASSPHRASE"  # noqa: S105 (the variable's name)

Wheel = Annotated[Path, typer.Argument(metavar="WHEEL", help="The file that build has made.")]


@app.command()
def key(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the private key.")],
    as_json: AsJson = False,
) -> None:
    """Make a publisher's key; the public half lies beside it, as FILE.pub, for others.

    With AORABOOKS_KEY_PASSPHRASE set, the file is encrypted with it.
    """
    made = keys.generate()
    keys.write_private(path, made, passphrase=os.environ.get(PASSPHRASE, ""))
    public = path.with_name(path.name + ".pub")
    public.write_text(keys.public_text(made.public_key()), encoding="ascii")
    shown = {"key_id": keys.key_id(made.public_key()), "key": str(path), "public": str(public)}
    _show(shown, as_json, "Keep the key file to yourself; give the .pub file to registries.")


@app.command()
def audit(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="An addon's folder, or a wheel.")],
    as_json: AsJson = False,
) -> None:
    """Say what in an addon keeps it from being published or installed; nothing of it is run."""
    found = audit_addon(path, shipped_titles())
    if as_json:
        print_json({**asdict(found), "passed": found.passed})
    else:
        print_table(
            ["severity", "rule", "where", "what", "mend"],
            [[f.severity, f.rule, str(f.place), f.message, f.mend] for f in found.findings],
            empty="Nothing to mend.",
        )
        tell(f"{found.name} {found.version}: {len(found.errors)} errors")
    if not found.passed:
        raise typer.Exit(1)


@app.command()
def build(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The addon's folder.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to put the wheel into.")] = Path(
        "dist"
    ),
    as_json: AsJson = False,
) -> None:
    """Pack an addon into a wheel; the same source gives the same bytes."""
    made = build_wheel(path, out)
    shown = {
        "path": str(made.path),
        "name": made.name,
        "version": made.version,
        "sha256": made.sha256,
        "size": made.size,
    }
    _show(shown, as_json, f"Sign it with: aorabooks addon sign {made.path} --key FILE")


@app.command()
def sign(
    wheel: Wheel,
    key_file: Annotated[Path, typer.Option("--key", metavar="FILE", help="Your private key.")],
    as_json: AsJson = False,
) -> None:
    """Sign a wheel with a publisher's key; AORABOOKS_KEY_PASSPHRASE opens one that is encrypted."""
    private = keys.read_private(key_file, passphrase=os.environ.get(PASSPHRASE, ""))
    signature = sign_wheel(wheel, private)
    shown = {"signature": str(signature), "key_id": keys.key_id(private.public_key())}
    _show(shown, as_json, "Publish both files together.")


@app.command()
def verify(
    wheel: Wheel,
    public: Annotated[
        list[Path], typer.Option("--public", metavar="FILE", help="A .pub file that you trust.")
    ],
    as_json: AsJson = False,
) -> None:
    """Say whether a wheel is what one of these publishers signed, and what is in it."""
    ring = keys.keyring(_publisher(path) for path in public)
    found = verify_wheel(wheel, signature_path(wheel), ring)
    shown = {
        "name": found.manifest.name,
        "version": found.manifest.version,
        "publisher": found.publisher.name,
        "key_id": found.publisher.key_id,
        "signed_at": found.statement.signed_at.isoformat(),
        "files": len(found.files),
        "size": found.contents.size,
    }
    _show(shown, as_json, "")


def _publisher(path: Path) -> keys.PublisherKey:
    """The key in a .pub file, under the name that the file bears."""
    try:
        public = keys.read_public(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput.of(
            "public", f"{path} cannot be read.", fix="Name a publisher's .pub file."
        ) from error
    return keys.PublisherKey(path.name.split(".")[0], public)


def _show(shown: Mapping[str, str | int], as_json: bool, remark: str) -> None:
    if as_json:
        print_json(shown)
        return
    print_fields(shown)
    if remark:
        tell(remark)
