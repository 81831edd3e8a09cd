"""``./hutong import``: a table taken in by the same action as on its page, in the name of a client program's post."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hutong.project.manage import at_work
from hutong.project.options import options
from hutong.project.progress import Stop, say

USAGE = (
    "Write ./hutong import KIND FILE --post NUMBER [--dry-run] [--on NUMBER] [--with FIELD=VALUE]…"
    " [--column HEADING=COLUMN]… [--hidden-rows take|leave] [--leave-out]"
)


def import_table(words: Sequence[str]) -> int:
    """``./hutong import KIND FILE``: 0 when it was taken in or tried, 1 when it was refused as a whole."""
    if len(words) < 2 or words[0].startswith("-") or words[1].startswith("-"):
        raise Stop(USAGE)
    given = options(
        "import", words, ("kind", "file"), post=0, on=0, dry_run=False, **{"with": []}, column=[], hidden_rows="",
        leave_out=False,
    )  # fmt: skip
    path = Path(given.file)
    if not path.is_file():
        raise Stop(f"There is no file {path}.")
    with at_work():
        return _done(given, path)


def _done(given: Any, path: Path) -> int:
    from django.utils import translation

    from hutong.core.errors import HutongError, Invalid, Tried

    spec, viewer = _kind(given.kind), _viewer(given.post)
    target = (given.on,) if spec.on is not None else ()
    with translation.override(viewer.locale):
        try:
            result = spec(viewer, *target, _input(given, path))
        except Tried as tried:
            say("\n".join([str(tried), *map(_line, tried.errors)]))
            return 0
        except Invalid as error:
            say("\n".join(map(_line, error.errors)))
            return 1
        except HutongError as error:
            raise Stop(str(error)) from error
        say("\n".join(_told(result, viewer.locale)))
    return 0


def kinds() -> dict[str, Any]:
    """Every action that takes a table, by the word for it on the command line."""
    from hutong.channels.tables import TableGiven
    from hutong.core.action import ACTIONS

    tables = [spec for spec in ACTIONS.values() if issubclass(spec.input, TableGiven) and not spec.inner]
    return {spec.name.partition(".")[2].removeprefix("import_"): spec for spec in tables}


def _kind(word: str) -> Any:
    known = kinds()
    if word not in known:
        raise Stop(f"There is no kind of table '{word}'. Known: {', '.join(sorted(known))}")
    return known[word]


def _viewer(number: int) -> Any:
    """The client program at a post: nobody acts here in the name of a person."""
    from hutong.core import clock_time
    from hutong.core.viewer import ZONE
    from hutong.org.models import Post
    from hutong.org.queries.posts import holder_of, viewer_of_post

    now = clock_time.now()
    post = Post.objects.filter(pk=number).first()
    holder = holder_of(post, now.astimezone(ZONE).date()) if post is not None else None
    if post is None or holder is None or not holder.machine:
        raise Stop(f"Post {number} is not held by a client program. Administrators make such posts.")
    return viewer_of_post(holder, post, now)


def _input(given: Any, path: Path) -> dict[str, Any]:
    fields: dict[str, Any] = {"file": {"name": path.name, "data": path.read_bytes()}, "dry_run": given.dry_run}
    fields |= dict(_pairs("--with", getattr(given, "with")))
    columns = [{"heading": heading, "means": means or "-"} for heading, means in _pairs("--column", given.column)]
    answers = {"columns": columns, "hidden_rows": given.hidden_rows, "leave_out": given.leave_out}
    return fields | {name: value for name, value in answers.items() if value}


def _pairs(option: str, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    for word in words:
        name, sign, value = word.rpartition("=") if option == "--column" else word.partition("=")
        if not sign:
            raise Stop(f"Write {option} NAME=VALUE instead of {option} {word}")
        yield name, value


def _line(error: Any) -> str:
    where = f"{error.where}: " if error.where else ""
    return f"{where}{error.message} {error.remedy}".rstrip()


def _told(result: Any, lang: str) -> Iterator[str]:
    """The counts of an import, then its rows that were not taken."""
    from hutong.channels.panels import AGAIN

    if earlier := getattr(result, "earlier", None):
        yield AGAIN.filled(earlier).text(lang)
    for label, count in result.counts:
        yield f"{label.text(lang)}: {count}"
    for row in result.told:
        where = " ".join(str(part) for part in (row.get("sheet"), row["row"], row["column"]) if part)
        yield f"  {where}: {row['what']} {row['todo']}".rstrip()
