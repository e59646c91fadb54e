"""What the environment says about this process, read once at start-up."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.allowance import USUAL, Allowance
from core.errors import SetupError
from core.tracing import settings as traces
from core.tracing.settings import TraceSettings


class ConfigError(SetupError):
    """An environment variable cannot be used; the message names it and the way out."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one process.

    `database_url` names the control plane's database with a role that may create databases
    and roles; without it the embedded PostgreSQL in `var` is used. The master key is given, or
    read from a file, or from what a command prints (`core.master_key`). With `private_webhooks`,
    webhooks may lead into the operator's own network, and need no TLS. With `safe_mode`, addons
    that were installed are left out; one that was just installed has `proving_seconds` to show
    that processes live with it. Without `demo_data` both demo companies begin empty.
    `allowance` is what each company may take that has no bounds of its own. `traces` is set where
    OpenTelemetry's own variables name a collector.
    """

    var: Path
    database_url: str | None = field(default=None, repr=False)
    redis_url: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    secret_key_file: Path | None = None
    secret_key_command: str | None = field(default=None, repr=False)
    smtp_url: str | None = field(default=None, repr=False)
    base_domain: str = "localhost"
    port: int = 8000
    connection_budget: int = 60
    checkout_timeout: float = 5.0
    threads: int = 16
    web_processes: int = 1
    worker_threads: int = 4
    addon_path: Path | None = None
    metrics_token: str | None = field(default=None, repr=False)
    private_webhooks: bool = False
    safe_mode: bool = False
    proving_seconds: float = 60.0
    demo_data: bool = True
    allowance: Allowance = USUAL
    traces: TraceSettings | None = None

    @property
    def control_host(self) -> str:
        """The reserved host of the control plane."""
        return f"app.{self.base_domain}"


def from_environment(environ: Mapping[str, str] | None = None) -> Config:
    """Read `AORABOOKS_*`; raises ConfigError naming the variable that cannot be used.

    What holds a credential may be in a file instead, named by the variable with `_FILE` behind.
    """
    env = os.environ if environ is None else environ

    def text(name: str) -> str | None:
        return env.get(f"AORABOOKS_{name}") or None

    number = functools.partial(_number, env)

    def secret(name: str) -> str | None:
        path = text(f"{name}_FILE")
        return text(name) or (None if path is None else _content_of(path, name))

    addon_path, key_file = text("ADDON_PATH"), text("SECRET_KEY_FILE")
    return Config(
        var=Path(text("VAR") or "var").absolute(),
        database_url=secret("DATABASE_URL"),
        redis_url=secret("REDIS_URL"),
        secret_key=text("SECRET_KEY"),
        secret_key_file=Path(key_file).absolute() if key_file else None,
        secret_key_command=text("SECRET_KEY_COMMAND"),
        smtp_url=secret("SMTP_URL"),
        base_domain=(text("BASE_DOMAIN") or "localhost").lower().strip("."),
        port=int(number("PORT", 8000, 1, 65535)),
        connection_budget=int(number("DB_CONNECTIONS", 60, 2, 10_000)),
        checkout_timeout=number("DB_CHECKOUT_SECONDS", 5.0, 0.05, 120),
        threads=int(number("THREADS", 16, 1, 500)),
        web_processes=int(number("WEB_PROCESSES", 1, 1, 256)),
        worker_threads=int(number("WORKER_THREADS", 4, 1, 64)),
        addon_path=Path(addon_path).absolute() if addon_path else None,
        metrics_token=secret("METRICS_TOKEN"),
        private_webhooks=text("PRIVATE_WEBHOOKS") == "yes",
        safe_mode=text("SAFE_MODE") == "yes",
        proving_seconds=number("PROVING_SECONDS", 60, 1, 86_400),
        demo_data=text("DEMO_DATA") != "no",
        allowance=_allowance(env),
        traces=_traces(env),
    )


def _number(env: Mapping[str, str], name: str, default: float, low: float, high: float) -> float:
    raw = env.get(f"AORABOOKS_{name}")
    if not raw:
        return default
    try:
        value = float(raw)
    except ValueError:
        value = low - 1
    if not low <= value <= high:
        raise ConfigError(f"AORABOOKS_{name} is {raw!r}: give a number from {low:g} to {high:g}")
    return value


def _allowance(env: Mapping[str, str]) -> Allowance:
    def bound(name: str, default: int, low: int = 0) -> int:
        return int(_number(env, f"LIMIT_{name}", default, low, 1_000_000_000))

    return Allowance(
        statement_seconds=bound("STATEMENT_SECONDS", 60, 1),
        job_seconds=bound("JOB_SECONDS", 0),
        connections=bound("CONNECTIONS", 0),
        jobs=bound("JOBS", 0),
        storage_mb=bound("STORAGE_MB", 0),
        requests_per_second=bound("REQUESTS_PER_SECOND", 200),
    )


def _traces(env: Mapping[str, str]) -> TraceSettings | None:
    try:
        return traces.read(env)
    except ValueError as error:
        raise ConfigError(str(error)) from error


def _content_of(path: str, name: str) -> str | None:
    """What a file holds that keeps a secret; nothing where it is empty."""
    try:
        return Path(path).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"AORABOOKS_{name}_FILE: {path} cannot be read ({error})") from error
