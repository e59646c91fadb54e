"""Secrets in files: whoever has the package has them.

Tokens of well-known services and private keys are recognised by their form; other values only by
the name that they are given, which is a warning.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from addon_registry.audit.finding import Finding, Place, error, warning
from addon_registry.audit.module import Module
from addon_registry.audit.subject import Subject
from core.i18n.phrases import phrase

RULE: Final = "secrets"
_FORMS: Final = re.compile(
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"  # Amazon Web Services
    r"|\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_\w{22,}"
    r"|\bglpat-[\w-]{20,}"
    r"|\bxox[abprs]-[A-Za-z0-9-]{10,}"  # Slack
    r"|\b[sr]k_live_[A-Za-z0-9]{16,}"  # Stripe
    r"|\bAIza[\w-]{35}\b"  # Google
    r"|\bpypi-AgEIcHlwaS5vcmc[\w-]{20,}"
    r"|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"  # JSON Web Token
    r"|://[^\s/:@{}<>'\"]+:[^\s/:@{}<>'\"]{3,}@"  # a password in an address
)
_FILES: Final = frozenset({".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx"})
_NAMED: Final = re.compile(
    r"(?:^|_)(?:password|passwd|passphrase|secret|secret_key|api_?key|access_key|private_key"
    r"|auth_token|access_token|bearer)$",
    re.IGNORECASE,
)
_HARMLESS: Final = re.compile(r"[a-z_.:/-]*|.{0,7}")
"""Names of fields, permissions and addresses, and what is too short to keep anything."""


def check(subject: Subject) -> Iterator[Finding]:
    """What looks like a secret, without repeating it."""
    for path, data in subject.files.items():
        if PurePosixPath(path).suffix in _FILES:
            yield _found(Place(path), phrase("a file of keys"))
        for number, line in enumerate(data.decode(errors="ignore").splitlines(), start=1):
            if match := _FORMS.search(line):
                yield _found(Place(path, number), f"{match[0][:4]}…")
    for module in subject.modules:
        yield from _by_name(module)


def _found(place: Place, what: str) -> Finding:
    return error(
        RULE,
        place,
        phrase("This looks like a secret ({what}).", what=what),
        phrase("Take it out, and make a new one: this one is no secret any more."),
    )


def _by_name(module: Module) -> Iterator[Finding]:
    for node in module.nodes:
        for name, value in _given(node):
            if _NAMED.search(name) and not _HARMLESS.fullmatch(value):
                yield warning(
                    RULE,
                    Place(module.path, getattr(node, "lineno", 0)),
                    phrase("{name} holds a value that may be a secret.", name=name),
                    phrase("Let each company keep its own in an option that is marked secret."),
                )


def _given(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Names and the strings that they are given here."""
    if isinstance(node, ast.Assign):
        pairs = [(target, node.value) for target in node.targets]
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        pairs = [(node.target, node.value)]
    elif isinstance(node, ast.Dict):
        pairs = [(key, value) for key, value in zip(node.keys, node.values, strict=True) if key]
    elif isinstance(node, ast.keyword) and node.arg:
        pairs = [(ast.Name(node.arg), node.value)]
    else:
        return
    for target, value in pairs:
        name = _name_of(target)
        if name and isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield name, value.value


def _name_of(target: ast.AST) -> str:
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        return target.attr
    constant = isinstance(target, ast.Constant) and isinstance(target.value, str)
    return target.value if constant else ""  # type: ignore[union-attr]
