"""Engines of the law tests. PostgreSQL: HUTONG_TEST_PG, or the database the whole suite uses."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from tempfile import NamedTemporaryFile
from typing import Any

import duckdb
import psycopg
import pytest

from hutong.law import Jurisdiction, jurisdiction


class DuckEngine:
    """DuckDB in memory."""

    dialect = "duckdb"

    def __init__(self) -> None:
        self.connection = duckdb.connect()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def table(self, name: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
        with NamedTemporaryFile(
            "w", suffix=".csv", encoding="utf-8", newline=""
        ) as file:  # thirty times as fast as rows
            csv.writer(file).writerows(rows)
            file.flush()
            self.connection.execute(f"COPY {name} FROM '{file.name}' (HEADER false, NULLSTR '')")


class PostgresEngine:
    """PostgreSQL by connection string."""

    dialect = "postgres"

    def __init__(self, dsn: str) -> None:
        self.connection = psycopg.connect(dsn, autocommit=True)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql.encode()).fetchall()

    def table(self, name: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
        self.connection.execute(f"DROP TABLE IF EXISTS {name}".encode())
        self.connection.execute(f"CREATE TEMP TABLE {name} ({columns})".encode())
        with self.connection.cursor().copy(f"COPY {name} FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)


@pytest.fixture(scope="session")
def cn() -> Jurisdiction:
    return jurisdiction("cn")


@pytest.fixture(scope="session")
def law_pg(request: pytest.FixtureRequest) -> str:
    """Connection string of a PostgreSQL in which nothing needs to exist."""
    return os.environ.get("HUTONG_TEST_PG") or str(request.getfixturevalue("pg_dsn"))


@pytest.fixture(scope="session", params=["duckdb", pytest.param("postgres", marks=pytest.mark.database)])
def engine(request: pytest.FixtureRequest) -> Iterator[DuckEngine | PostgresEngine]:
    if request.param == "duckdb":
        yield DuckEngine()
        return
    found = PostgresEngine(request.getfixturevalue("law_pg"))
    yield found
    found.connection.close()
