"""What no manifest can allow: code that nobody can read beforehand, and the platform's secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from addon_registry.audit.finding import Finding, Place, error
from addon_registry.audit.module import UNKNOWN, is_below, names
from addon_registry.audit.subject import Subject
from core.i18n.phrases import Phrase, phrase

_CODE: Final = names(
    "builtins.eval builtins.exec builtins.compile builtins.__import__ builtins.__builtins__"
    " builtins.__loader__ builtins.globals builtins.breakpoint builtins.input importlib imp runpy"
    " pkgutil code codeop ctypes cffi sys.modules sys.path sys.meta_path sys.path_hooks"
    " sys._getframe sys.settrace sys.setprofile types.FunctionType types.CodeType gc.get_objects"
    " gc.get_referrers"
)
_HARMLESS: Final = names("importlib.metadata")
_PICKLE: Final = names("pickle _pickle marshal shelve dill cloudpickle joblib jsonpickle")
_ENVIRONMENT: Final = names("os.environ os.environb os.getenv os.getenvb os.putenv dotenv")
_INSIDES: Final = frozenset(
    f"{UNKNOWN}.{name}"
    for name in names("__subclasses__ __globals__ __builtins__ __code__ __loader__")
)

_RULES: Final[tuple[tuple[str, frozenset[str], Phrase, Phrase], ...]] = (
    (
        "dynamic-code",
        _CODE | _INSIDES,
        phrase("The code runs or changes code that nobody can read beforehand"),
        phrase("Write the code itself; look values up in a dictionary instead of evaluating them."),
    ),
    (
        "dynamic-code",
        _PICKLE,
        phrase("The code reads data that can run code"),
        phrase("Keep values as JSON, or in tables."),
    ),
    (
        "environment",
        _ENVIRONMENT,
        phrase("The code reads the platform's environment, which holds its secrets"),
        phrase("Keep settings in options of the addon; a secret one is sealed."),
    ),
)


def check(subject: Subject) -> Iterator[Finding]:
    """Every use of something that an addon cannot be trusted with."""
    for module in subject.modules:
        for use in module.uses:
            for rule, refused, message, mend in _RULES:
                if is_below(use.name, refused) and not is_below(use.name, _HARMLESS):
                    name = use.name.removeprefix("builtins.").removeprefix(f"{UNKNOWN}.")
                    yield error(
                        rule,
                        Place(module.path, use.line),
                        phrase("{what} ({name}).", what=message, name=name),
                        mend,
                    )
