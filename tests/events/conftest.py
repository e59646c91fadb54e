"""The same stage as the module manager's."""

from tests.addons.conftest import company, fake_catalog, log_lines, platform

__all__ = ["company", "fake_catalog", "log_lines", "platform"]
