"""The master keys of this installation: where they are read from, and how they are written.

One of three says them: a variable of the environment, a file, or what a command prints. Where
none does, a key is made on first use, in a file beside the data.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import re
import secrets
import shlex
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from core.config import Config, ConfigError

KEY_BYTES: Final = 32
OWN_FILE: Final = "secret.key"
COMMAND_SECONDS: Final = 20.0
"""How long the command may take to print the keys."""
_VARIABLE: Final = "AORABOOKS_SECRET_KEY"
_KEY_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")
_LONGEST_COMPLAINT: Final = 300
_FOR_OTHERS: Final = stat.S_IWGRP | stat.S_IRWXO
_OF_THE_CONTAINER: Final = Path("/run/secrets")
"""Where engines of containers put secrets, with modes of their own; nobody else is in there."""


def read(config: Config) -> dict[str, bytes]:
    """The keys by id, the current one first; raises ConfigError that says what to do."""
    _refuse_several(config)
    if config.secret_key is not None:
        return parse(config.secret_key, _VARIABLE)
    if config.secret_key_command is not None:
        return parse(_printed(config.secret_key_command), f"what {_VARIABLE}_COMMAND prints")
    if config.secret_key_file is not None:
        return _of_file(config.secret_key_file)
    own = config.var / OWN_FILE
    if not own.exists():
        _create(own)
    return _of_file(own)


def is_missing(config: Config) -> bool:
    """Whether `read` would make a key, because none was ever given."""
    given = (config.secret_key, config.secret_key_file, config.secret_key_command)
    return not any(given) and not (config.var / OWN_FILE).exists()


def generate() -> str:
    """A new key as all three take it: `id:key`."""
    return f"{secrets.token_hex(4)}:{base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}"


def parse(text: str, source: str) -> dict[str, bytes]:
    """Keys of a text; raises ConfigError that names the source and says nothing of the text."""
    keys: dict[str, bytes] = {}
    for part in text.strip().split(","):
        key_id, colon, encoded = part.strip().rpartition(":")
        key_id = key_id if colon else "0"
        try:
            key = decode(encoded)
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES or not _KEY_ID.fullmatch(key_id) or key_id in keys:
            raise ConfigError(
                f"{source} must be 32 bytes in urlsafe base64, or several of them as"
                " id:key,id:key with different ids (letters, digits, - and _; current key first)"
            )
        keys[key_id] = key
    return keys


def encode(raw: bytes) -> str:
    """Urlsafe base64 without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """What `encode` wrote, padded or not; raises ValueError."""
    try:
        padded = text + "=" * (-len(text) % 4)
        return base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not urlsafe base64") from error


def _refuse_several(config: Config) -> None:
    given = {
        _VARIABLE: config.secret_key,
        f"{_VARIABLE}_FILE": config.secret_key_file,
        f"{_VARIABLE}_COMMAND": config.secret_key_command,
    }
    named = [name for name, value in given.items() if value is not None]
    if len(named) > 1:
        raise ConfigError(f"{' and '.join(named)} are set: give the master key in one of them")


def _of_file(path: Path) -> dict[str, bytes]:
    try:
        with path.open(encoding="ascii") as file:
            mode = os.fstat(file.fileno()).st_mode
            if mode & _FOR_OTHERS and not path.is_relative_to(_OF_THE_CONTAINER):
                raise ConfigError(
                    f"{path} holds the master key, and others than its owner and group can read"
                    f" or change it: chmod 600 {shlex.quote(str(path))}, and consider whether the"
                    " key has been seen"
                )
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    return parse(text, str(path))


def _printed(command: str) -> str:
    """What the command prints. It runs without a shell, and only what it complains of is repeated
    to anybody: neither its arguments nor its output."""
    source = f"{_VARIABLE}_COMMAND"
    try:
        arguments = shlex.split(command)
    except ValueError as error:
        raise ConfigError(f"{source} cannot be taken apart into words: {error}") from None
    if not arguments:
        raise ConfigError(f"{source} names no command")
    program = arguments[0]
    try:
        ended = subprocess.run(
            arguments,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ConfigError(
            f"{source}: {program} has not answered within {COMMAND_SECONDS:g} seconds"
        ) from None
    except OSError as error:
        raise ConfigError(f"{source}: {program} cannot be run: {error.strerror}") from None
    if ended.returncode != 0:
        complaint = ended.stderr.decode(errors="replace").strip()[-_LONGEST_COMPLAINT:]
        said = f": {complaint}" if complaint else ""
        raise ConfigError(f"{source}: {program} ended with status {ended.returncode}{said}")
    return ended.stdout.decode("ascii", errors="replace")


def _create(path: Path) -> None:
    """Put a new key there, unless another process was faster."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
        with os.fdopen(descriptor, "w") as file:
            file.write(generate() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        Path(draft).unlink()
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written ({error.strerror}): name another folder in AORABOOKS_VAR"
            f" or give the key in {_VARIABLE}"
        ) from error
