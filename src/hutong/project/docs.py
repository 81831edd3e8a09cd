"""``./hutong docs``: writes every page of the documentation that is made from the program itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hutong.project.cli import COMMANDS
from hutong.project.environment import VARIABLES
from hutong.project.home import clone
from hutong.project.manage import django
from hutong.project.options import options
from hutong.project.progress import Stop, say


def docs(words: Sequence[str]) -> None:
    """Write the generated pages again and name them."""
    options("docs", words)
    here = clone()
    if here is None:
        raise Stop("Documentation is written in a clone of the source, not from an installed package.")
    django()
    from hutong.project import reference

    for file in [*reference.write(here / "docs"), write_commands(here / "docs")]:
        say(f"  {file.relative_to(here)}")


def write_commands(folder: Path) -> Path:
    """Write the page of the command line."""
    file = folder / "commands.md"
    file.write_text(commands_page(), "utf-8")
    return file


def commands_page() -> str:
    """The command line: every command, every variable of the environment."""
    commands = "\n".join(
        f"| `./hutong {command.usage.replace('|', chr(92) + '|')}` | {command.line} |" for command in COMMANDS
    )
    variables = "\n".join(f"| `{name}` | {line} |" for name, line in VARIABLES.items())
    return PAGE.format(commands=commands, variables=variables)


PAGE = """<!-- made by `./hutong docs`; change the program, not this page -->

# Commands

`./hutong` needs Python 3.11 or newer and package registries that pip and npm can reach. It makes `.venv` from the
hashed lock files, brings its own Node and its own PostgreSQL, and does again only what changed.

| command | what it does |
|---|---|
{commands}

An installed wheel has the same commands as `hutong`; it brings built scripts, styles and catalogues along.

## Where an installation keeps what is its own

Secrets, logs, heads of the audit chain and the embedded database lie in `.hutong/` of the clone. When root runs it they
lie in `/var/lib/hutong/<digest of the clone's path>/`, because the database server refuses root and runs as `nobody`,
who may not enter root's home. Two clones never share a database. `live` belongs to `up`, `test` to the tests,
`test-gw0` and the next to their workers on several cores; each external database has a folder of its own beside them.

Whatever is killed comes back with `./hutong up`: the database replays its log, programs a killed supervisor left behind
are ended first, half-made files do not count. Back up the folder `live` together with the database: without
`secrets.json` nobody can read what is sealed.

## An external PostgreSQL

Version 15 or newer, a database with UTF-8 encoding, two logins. The owner needs `CREATEDB` for the tests alone.

```sql
create role hutong_owner login password '…';
create role hutong_app login password '…';
create database hutong owner hutong_owner encoding 'UTF8' template template0;
```

```sh
export HUTONG_OWNER_URL='postgresql://hutong_owner:…@db.example/hutong'
export DATABASE_URL='postgresql://hutong_app:…@db.example/hutong'
./hutong up
```

A unix socket is written as a query: `postgresql://user:password@/hutong?host=/run/postgresql&port=5432`.

## Variables of the environment

| variable | what it means |
|---|---|
{variables}
"""
