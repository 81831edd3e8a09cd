"""The law's pages are tried at the same desk as the channels."""

from hutong.channels.tests.conftest import desk, filled

__all__ = ["desk", "filled"]
