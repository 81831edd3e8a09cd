"""What `./hutong law` runs: decide, explain, due, facts, check, corrections, recompute. Each returns an exit code.

Everything said to a person is in the language of `--lang`, or else of the locale; JSON holds Chinese and English.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NoReturn

import yaml

from . import jurisdiction
from .audit import check as audit
from .decision import Decision, plain
from .engine.errors import Refusal, Said, label
from .engine.kinds import DAY_FORM
from .engine.model import STATUS
from .engine.source import decoded
from .explain import explain as explanation
from .jurisdiction import FOLDERS
from .language import WRITTEN, Label, languages
from .published.found import Report, said
from .published.read import SUFFIXES
from .published.recompute import recompute as recomputed
from .register import KINDS, register
from .telling import correction_json, correction_lines, due_lines, explain_lines, words

HERE = os.environ.get("HUTONG_JURISDICTION", "cn")
YEARS = (1900, 2100)
LANGUAGES = ("zh", *languages(WRITTEN))
PLACE = Label("地区代码，如 CN-350121", "place code, e.g. CN-350121")
COUNTED = Label("须更正{0}项，待确认{1}项。", "{0} to correct, {1} to confirm.")
NESTED = Label("嵌套过深，请改为平铺的“名称: 值”。", "Nested too deeply. Write flat 'name: value'.")
AS_JSON = Label("输出 JSON（中英文俱全）", "print JSON, which holds both languages")


class Parser(argparse.ArgumentParser):
    """Arguments with help in one language; what does not fit is refused as everything else is."""

    def __init__(self, lang: str, name: str, does: Said) -> None:
        super().__init__(prog=f"hutong law {name}", description=label(does).text(lang), allow_abbrev=False)
        self.lang = lang

    def take(self, *names: str, does: Said, **how: Any) -> None:
        """One argument."""
        self.add_argument(*names, help=label(does).text(self.lang), **how)

    def error(self, message: str) -> NoReturn:
        """Raises Refusal; argparse words its own complaint in English only."""
        remedy = (f"写法见 {self.prog} --help。", f"See {self.prog} --help.")
        raise Refusal((f"命令写法有误（{message}）", message), remedy)


def decide(argv: Sequence[str], lang: str) -> int:
    """Print a decision as JSON. Exit 0 decided, 3 cannot decide, 2 the input is refused."""
    parser = _asking(lang, "decide", ("作出决定，输出 JSON", "Decide a case and print the decision as JSON."))
    decision = _decision(parser.parse_args(argv))
    _print(decision.to_json())
    return 3 if decision.outcome is None else 0


def explain(argv: Sequence[str], lang: str) -> int:
    """Tell a decision with every condition, its basis, and what would have to change. Exits as `decide`."""
    parser = _asking(lang, "explain", ("逐条说明一项决定及如何会不同", "Tell a decision condition by condition."))
    parser.take("--json", action="store_true", does=AS_JSON)
    given = parser.parse_args(argv)
    decision = _decision(given)
    told = explanation(decision)
    _print(told.to_json()) if given.json else _lines(explain_lines(told, lang))
    return 3 if decision.outcome is None else 0


def _asking(lang: str, name: str, does: Said) -> Parser:
    """The arguments of a question about one case."""
    parser = Parser(lang, name, does)
    parser.take(
        "facts",
        does=("事实文件（YAML 或 JSON）；“-”从输入读取", "file with the facts, YAML or JSON; '-' reads the input"),
    )
    parser.take("--on", type=_day("--on"), required=True, does=("决定之日，年-月-日", "day of the decision"))
    parser.take("--place", required=True, does=PLACE)
    parser.take("--known", type=_day("--known"), does=("按该日已知的标准", "decide with the figures known on that day"))
    parser.take(
        "--programme", default="", does=("事项（默认：文件中第一项）", "a programme (default: the first of the files)")
    )
    return parser


def _decision(given: argparse.Namespace) -> Decision:
    return jurisdiction(HERE).decide(_read(given.facts), given.on, given.place, given.known, given.programme)


def due(argv: Sequence[str], lang: str) -> int:
    """Tell when a time limit ends, what it counts from, what stops it, what lateness does, and what it rests on."""
    parser = Parser(lang, "due", ("计算期限届满之日", "Tell when a time limit ends, and what it rests on."))
    parser.take("limit", does=("期限编号，如 FND-9.review", "id of a limit, e.g. FND-9.review"))
    since = ("起算事件之日；以小时计的写“年-月-日 时:分”", "day of the event; for hours 'date hour:minute'")
    parser.take("--since", type=_moment("--since"), required=True, does=since)
    parser.take("--place", required=True, does=PLACE)
    paused = ("中止的起止日", "a time it stood still")
    parser.take("--paused", action="append", default=[], type=_pause, metavar="DAY..DAY", does=paused)
    parser.take("--extended", action="store_true", does=("已依法延长", "lengthened by what the law allows"))
    parser.take("--json", action="store_true", does=AS_JSON)
    given = parser.parse_args(argv)
    law = jurisdiction(HERE)
    found = law.limit(given.limit, given.since, given.place, given.paused, given.extended)
    if given.json:
        days = {"start": str(found.start), "due": str(found.due), "moment": found.moment and str(found.moment)}
        _print({**fields_of(found), **days, "default": found.default})
    else:
        _lines(due_lines(law.law, found, lang))
    return 0


def facts(argv: Sequence[str], lang: str) -> int:
    """Print the facts the law asks for."""
    Parser(lang, "facts", ("列出规定所问的全部事实（JSON）", "Print every fact the law asks for, as JSON.")).parse_args(
        argv
    )
    _print(jurisdiction(HERE).facts_schema())
    return 0


def check(argv: Sequence[str], lang: str) -> int:
    """Judge the law files. Exit 0 nothing blocks, 1 something does (with --strict: anything), 2 no such folder."""
    parser = Parser(lang, "check", ("检查法规文件", "Judge law files that load and may still be wrong."))
    folder = ("法规文件目录（默认：现用）", "folder of law files (default: those in use)")
    parser.take("folder", nargs="?", type=Path, default=FOLDERS[HERE], does=folder)
    parser.take("--on", type=_day("--on"), does=("检查之日（默认：今天）", "day to judge (default: today)"))
    parser.take("--strict", action="store_true", does=("待确认的也算", "what a person has to confirm counts too"))
    parser.take("--json", action="store_true", does=AS_JSON)
    resting = ("另列文件及以其为依据的条目", "also list the instruments with all that rests on each")
    parser.take("--register", action="store_true", does=resting)
    given = parser.parse_args(argv)
    if not any(given.folder.rglob("*.yaml")):
        nothing = ("目录不存在，或没有法规文件（.yaml）", "no such folder, or no law files (.yaml) in it")
        raise Refusal(nothing, ("请写明法规文件目录。", "Name a folder of law files."), str(given.folder))
    law, found = audit(given.folder, given.on or datetime.now(UTC).date())
    acts = register(law) if law is not None else []
    if given.json:
        _print({"findings": [fields_of(finding) for finding in found], "register": acts})
    else:
        blocking, asked = sum(finding.blocks for finding in found), sum(not finding.blocks for finding in found)
        _lines([*(finding.text(lang) for finding in found), COUNTED.filled(blocking, asked).text(lang)])
        _lines(_act_lines(acts, lang) if given.register else ())
    return int(any(finding.blocks or given.strict for finding in found))


def _act_lines(acts: Sequence[Mapping[str, Any]], lang: str) -> Iterator[str]:
    """The register for reading."""
    for act in acts:
        note = f" ({words(act['note']).text(lang)})" if act["note"] else ""
        state, title = STATUS[act["status"]].text(lang), words(act).text(lang)
        yield f"\n{act['id']} ({act['evidence']}, {state}) {act['number']} {title}{note}"
        if not act["uses"]:
            yield Label("  没有条目以其为依据", "  nothing rests on it").text(lang)
        for use in act["uses"]:
            until, kind = use["to"] or "", KINDS[use["kind"]].text(lang)
            yield f"  {kind} {use['name']} {use['place']} {use['from']}..{until} {use['article']}".rstrip()


def corrections(argv: Sequence[str], lang: str) -> int:
    """Tell where the law was read otherwise before, the latest found first."""
    told = ("列出对规定理解的更正", "Tell what in the law was read otherwise before, and for which days.")
    parser = Parser(lang, "corrections", told)
    parser.take("--json", action="store_true", does=AS_JSON)
    given = parser.parse_args(argv)
    law = jurisdiction(HERE).law
    found = sorted(law.corrections.values(), key=lambda one: one.found, reverse=True)
    if given.json:
        _print([correction_json(law, one) for one in found])
    else:
        _lines(line for one in found for line in correction_lines(law, one, lang))
    return 0


def recompute(argv: Sequence[str], lang: str) -> int:
    """Check published tables by their equations. Exit 0 all holds, 1 something does not, 2 a file cannot be read."""
    parser = Parser(lang, "recompute", ("按勾稽关系核对已公布的表", "Check published tables by their equations."))
    parser.take("path", type=Path, does=("CSV 或 XLSX 文件，或其目录", "a CSV or XLSX file, or a folder of them"))
    parser.take("--place", does=("标准所属地区代码（默认按声明）", "place code of the figures (default: as declared)"))
    own = (
        "自行声明表的文件，写法同 published/tables.yaml",
        "a file that declares tables, written as published/tables.yaml",
    )
    parser.take("--tables", type=Path, does=own)
    parser.take("--month", does=("如 2022-05（默认按声明或文件名）", "e.g. 2022-05 (default: as declared or named)"))
    given = parser.parse_args(argv)
    worst = 0
    for file in _tables(given.path):
        try:
            for report in recomputed(jurisdiction(HERE), file, given.place, given.month, given.tables):
                _lines(_report_lines(report, lang))
                worst = max(worst, int(bool(report.findings)))
        except Refusal as refused:
            _complain(refused.text(lang))
            worst = 2
    return worst


def _tables(path: Path) -> list[Path]:
    """A file, or those of a folder that may be tables."""
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.iterdir() if file.is_file() and file.suffix.lower() in SUFFIXES)
    if not found:
        nothing = ("目录中没有 CSV 或工作簿", "no CSV or workbook in this folder")
        raise Refusal(nothing, ("请写明文件或其目录。", "Name a file, or the folder of it."), str(path))
    return found


def _report_lines(report: Report, lang: str) -> Iterator[str]:
    """What does not hold, then the totals."""
    table = report.table
    yield f"{table.file}: {table.declared.title.text(lang)}, {table.place}, {table.month:%Y-%m}"
    yield from (f"  {finding.text(lang)}" for finding in report.findings)
    for total in report.totals:
        printed, summed, by_law = (
            None if amount is None else said(amount, total.unit).text(lang)
            for amount in (total.printed, total.summed, total.by_law)
        )
        law = (
            Label(f"，按规定和人数{by_law}", f", by law and count {by_law}")
            if total.by_law is not None
            else Label("", "")
        )
        sums = Label(
            f"印为{printed}" if printed else "未印合计", f"printed {printed}" if printed else "no printed total"
        )
        rows = Label(f"，各行之和{summed}", f", rows {summed}")
        yield f"  {total.title.text(lang)}: {sums.text(lang)}{rows.text(lang)}{law.text(lang)}"


class FactsLoader(yaml.SafeLoader):
    """YAML in which a date stays a text, so that an impossible one is refused by the name of its fact."""

    yaml_implicit_resolvers = {
        first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _read(name: str) -> Mapping[str, Any]:
    """The facts of a file; raises Refusal."""
    write = Label(
        "每行写“名称: 值”；名称见 hutong law facts。", "Write 'name: value'; `hutong law facts` lists the names."
    )
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        read = yaml.load(decoded(raw), Loader=FactsLoader)  # noqa: S506 - built upon SafeLoader
    except OSError as error:
        reason = (f"无法打开（{error.strerror}）", f"it cannot be opened ({error.strerror})")
        raise Refusal(reason, ("请核对路径。", "Correct the path."), name) from error
    except (yaml.YAMLError, ValueError) as error:
        at = getattr(error, "problem_mark", None)
        where = f"{name}:{at.line + 1}" if at else name
        why = getattr(error, "problem", None) or error
        raise Refusal((f"不是合格的 YAML 或 JSON（{why}）", f"no YAML or JSON ({why})"), write, where) from error
    if not isinstance(read, Mapping):
        raise Refusal(("文件中没有事实", "it holds no facts"), write, name)
    return read


def _day(option: str) -> Callable[[str], date]:
    """A reader of days for an option."""
    return lambda text: _dated(option, text, date.fromisoformat)


def _moment(option: str) -> Callable[[str], date]:
    """A reader of days, or of a day with hour and minute."""
    return lambda text: _dated(option, text, datetime.fromisoformat if " " in text.strip() else date.fromisoformat)


def _dated(option: str, given: str, reader: Callable[[str], date]) -> date:
    try:
        read = reader(unicodedata.normalize("NFKC", given).strip())
    except ValueError as error:
        raise Refusal((f"“{given}”不是日期", f"'{given}' is not a date"), DAY_FORM, option) from error
    if not YEARS[0] <= read.year < YEARS[1]:
        outside = (
            f"{read.year}年不在{YEARS[0]}至{YEARS[1] - 1}年之间",
            f"{read.year} is outside {YEARS[0]} to {YEARS[1] - 1}",
        )
        raise Refusal(outside, ("请更正日期。", "Correct the date."), option)
    return read


def _pause(given: str) -> tuple[date, date]:
    first, found, last = given.partition("..")
    if not found:
        no_span = (f"“{given}”不是起止日", f"'{given}' is no time from one day to another")
        raise Refusal(no_span, ("写作 2025-03-10..2025-05-09。", "Write 2025-03-10..2025-05-09."), "--paused")
    return _moment("--paused")(first), _moment("--paused")(last)


def _lines(lines: Iterator[str] | Sequence[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _complain(said: str) -> None:
    print(said, file=sys.stderr)  # noqa: T201


def fields_of(item: Any) -> dict[str, Any]:
    """The fields of a dataclass for JSON."""
    return {field.name: plain(getattr(item, field.name)) for field in fields(item)}


def _print(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


COMMANDS = {"decide": decide, "explain": explain, "due": due, "facts": facts, "check": check}
COMMANDS |= {"corrections": corrections, "recompute": recompute}


def spoken_here() -> str:
    """The language of the locale where it is spoken here, else English."""
    stated = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    lang = stated.partition(".")[0].lower().replace("_", "-")
    return next((known for known in LANGUAGES if lang.startswith(known)), "en")


def main(argv: Sequence[str]) -> int:
    """Dispatch a subcommand; whatever is refused is said in the language asked for, with exit 2."""
    lang = spoken_here()
    try:
        common = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
        common.add_argument("--lang", choices=LANGUAGES, default=lang)
        asked, rest = common.parse_known_args(argv)
        lang = asked.lang
        if not rest or rest[0] not in COMMANDS:
            known = "|".join(COMMANDS)
            _complain(
                Label(
                    f"用法：hutong law {known} … [--lang zh|en]（各有 --help）",
                    f"usage: hutong law {known} … [--lang zh|en] (each with --help)",
                ).text(lang)
            )
            return 2
        return COMMANDS[rest[0]](rest[1:], lang)
    except argparse.ArgumentError as error:
        _complain(str(error))
    except BrokenPipeError:  # whoever read on stopped, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except RecursionError:
        _complain(NESTED.text(lang))
    except Refusal as refused:
        _complain(refused.text(lang))
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
