"""The tests look with the eyes of the nation, so that what hides a row from a viewer is the explicit filter."""

from hutong.people.tests.conftest import looking

__all__ = ["looking"]
