"""The same stage as the module manager's."""

from tests.addons.conftest import company, fake_catalog, platform

__all__ = ["company", "fake_catalog", "platform"]
