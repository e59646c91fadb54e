"""What can be wrong with a package, a signature or a key, each with the way out."""

from __future__ import annotations

from core.errors import Conflict, InvalidInput


class InvalidPackage(InvalidInput):
    """A folder that cannot be packed, or a file that is no package."""

    code = "invalid-package"


class KeyUnusable(InvalidInput):
    """A key file that cannot be read or must not be written."""

    code = "key-unusable"


class UntrustedPackage(Conflict):
    """A package that is not what its publisher signed, or that nobody known has signed."""

    code = "untrusted-package"
