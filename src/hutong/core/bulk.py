"""Work on many rows at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def set_based() -> Iterator[None]:
    """Plan the statements of this block for whole sets.

    Row-level security compares with settings the planner cannot read, and a table that was just filled has no
    statistics: either way it expects a handful of rows and loops over them (10,000 rows: 70 s instead of 0.1 s; the
    offices of the nation: an hour instead of seconds). Just-in-time compilation costs more than it saves.
    """
    with connection.cursor() as cursor:
        cursor.execute("select set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true)")
        yield
        cursor.execute("select set_config('enable_nestloop', 'on', true), set_config('jit', 'on', true)")
