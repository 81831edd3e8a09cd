"""The command line as a legal officer and a researcher use it: in both languages, with good and with bad input."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from openpyxl import Workbook

from hutong.law import cli

from .test_published import HEAD, ROWS, table

ASK = ["--on", "2026-10-01", "--place", "CN-350121"]
ORPHAN = """
child: {birth: 2015-05-01, placement: scattered, dibao_fen: 0, tekun_fen: 0, disability_living_fen: 0}
father: {dead: true, death_proof: court_judgment}
mother: {dead: true, death_proof: court_judgment}
"""
WORK = ("标准已久", "录自副本", "久未核对", "未读全文")
"""Findings that are work to be done; nothing is meant by them."""
HAN = re.compile("[\u4e00-\u9fff]")
DUE = ["due", "FND-9.review", "--place", "CN", "--since"]
TOWNSHIPS = ["乡镇", "孤儿人数", "孤儿金额", "困境人数", "困境金额", "合计金额"]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


def stated(folder: Path, text: str | bytes) -> str:
    path = folder / "facts.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_a_case_is_told_in_either_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = stated(tmp_path, ORPHAN)
    assert cli.main(["explain", facts, *ASK, "--lang", "zh"]) == 0
    zh = capsys.readouterr().out
    for words in (
        "结论: 认定并发放",
        "理由",
        "什么情况下结论会不同",
        "逐项条件",
        "[成立]",
        "1891元 (CN-35 2025-07-01–",
    ):
        assert words in zh, words
    assert cli.main(["explain", facts, *ASK]) == 0
    en = capsys.readouterr().out
    for words in ("outcome: recognise and pay", "Reasons", "What would have to change", "Every condition", "[true]"):
        assert words in en, words
    assert zh.count("\n") == en.count("\n"), "both tell the same lines"
    lacking = stated(
        tmp_path, ORPHAN.replace("mother: {dead: true, death_proof: court_judgment}", "mother: {dead: true}")
    )
    assert cli.main(["explain", lacking, *ASK, "--lang=zh"]) == 3
    assert "公安机关: 母亲死亡证明种类" in capsys.readouterr().out


def test_a_limit_is_told_in_either_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*DUE, "2026-10-01", "--lang", "zh"]) == 0
    assert "申请行政复议: 2026-11-30" in capsys.readouterr().out
    assert cli.main([*DUE, "２０２６-１０-０１"]) == 0, "full-width digits are the same digits"
    assert "asking for administrative review: 2026-11-30" in capsys.readouterr().out
    assert cli.main(["due", "VIS-CHANGE", "--since", "2027-12-31 10:00", "--place", "CN", "--lang", "zh"]) == 0
    told = capsys.readouterr().out
    assert "2028-01-01 10:00" in told
    assert "[默认，待确认]" in told


def test_findings_and_register_in_either_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--lang", "zh", "--register", "--on", "2026-11-01"]) == 0
    zh = capsys.readouterr().out.partition("\n\n")[0]
    doubts = [line for line in zh.splitlines()[:-1] if not any(kind in line for kind in WORK)]
    assert all("本意如此：" in line for line in doubts), zh
    assert cli.main(["check", "--on", "2026-11-01"]) == 0
    en = capsys.readouterr().out
    assert HAN.search(en) is None, "an English reader meets no Chinese"
    assert en.count("\n") == zh.count("\n") + 1


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        ([*DUE, "2025-02-30"], "--since: “2025-02-30”不是日期", "--since: '2025-02-30' is not a date"),
        ([*DUE, "9999-12-31"], "9999年不在1900至2099年之间", "9999 is outside 1900 to 2099"),
        ([*DUE, "2026-10-01", "--paused", "2026-10-08"], "不是起止日", "is no time from one day to another"),
        (["due", "FND-9.reveiw", *DUE[2:], "2026-10-01"], "是否为“FND-9.review”", "Did you mean 'FND-9.review'"),
        (["due", "FND-9.review", "--place", "Fujian", "--since", "2026-10-01"], "不是地区代码", "is not a place code"),
        (["due", "FND-9.review", "--place", "CN-78", "--since", "2026-10-01"], "没有地区“CN-78”", "no place 'CN-78'"),
        (["due"], "命令写法有误", "required: limit, --since, --place"),
        (["check", "nowhere"], "目录不存在", "no such folder"),
        (["check", "--on", "soon"], "“soon”不是日期", "'soon' is not a date"),
        (["recompute", "nowhere.csv"], "没有这个文件", "no such file"),
        (["explain", "nowhere.yaml", *ASK], "无法打开", "cannot be opened"),
        (["explain", ".", *ASK], "无法打开", "cannot be opened"),
        (["decide"], "命令写法有误", "required: facts, --on, --place"),
        (["dceide"], "用法：", "usage: "),
        ([], "用法：", "usage: "),
    ],
)
def test_bad_arguments_are_refused_in_words(
    capsys: pytest.CaptureFixture[str], words: list[str], zh: str, en: str
) -> None:
    for lang, wanted in (("zh", zh), ("en", en)):
        assert cli.main([*words, "--lang", lang]) == 2
        told = capsys.readouterr()
        assert wanted in told.err
        assert told.out == ""


@pytest.mark.parametrize(
    ("facts", "zh", "en"),
    [
        ("", "文件中没有事实", "it holds no facts"),
        ("- a\n- b\n", "文件中没有事实", "it holds no facts"),
        ("child: {birth: 2015", "不是合格的 YAML", "no YAML or JSON"),
        ("a\0b", "不是合格的 YAML", "no YAML or JSON"),
        (b"\xff\xff\xff", "不是合格的 YAML", "no YAML or JSON"),
        ("child.birth: 2025-02-30", "child.birth (儿童出生日期): “2025-02-30”不是日期", "'2025-02-30' is not a date"),
        ("child.birth: 2030-01-01", "晚于所问之日（2026-10-01）", "lies after the day asked about"),
        ("child.dibao_fen: ９００", "只写半角数字", "is not a number"),
        ("child.brith: 2015-01-01", "是否为“child.birth”", "Did you mean 'child.birth'"),
        ("father: {statuses: dead}", "应为列表", "not a list"),
        ("&a {child: *a}", "嵌套过深", "Nested too deeply"),
    ],
)
def test_bad_facts_are_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], facts: str | bytes, zh: str, en: str
) -> None:
    for lang, wanted in (("zh", zh), ("en", en)):
        assert cli.main(["decide", stated(tmp_path, facts), *ASK, "--lang", lang]) == 2
        assert wanted in capsys.readouterr().err


def test_facts_saved_by_a_chinese_editor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a mark, in GB 18030, in UTF-16: the same decision."""
    text = "# 孤儿\n" + ORPHAN
    for raw in (b"\xef\xbb\xbf" + text.encode(), text.encode("gb18030"), text.encode("utf-16")):
        assert cli.main(["decide", stated(tmp_path, raw), *ASK]) == 0
        assert '"outcome": "recognise"' in capsys.readouterr().out


def test_law_files_that_are_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "law.yaml").write_bytes("places: {CN: {zh: 全国, en: China}}".encode("gb18030"))
    assert cli.main(["check", str(tmp_path), "--lang", "zh"]) == 1
    assert "law.yaml:1: 不予接受: 文件不是 UTF-8 编码。请另存为 UTF-8。" in capsys.readouterr().out
    (tmp_path / "law.yaml").write_bytes(b"places: \x07")
    assert cli.main(["check", str(tmp_path)]) == 1
    assert "not readable as YAML" in capsys.readouterr().out
    assert cli.main(["check", str(tmp_path / "law.yaml")]) == 2


def test_tables_as_offices_save_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """GB 18030, a byte order mark, full-width digits and commas: read as what they say."""
    wide = [[line[0], *(cell.translate({48 + n: 0xFF10 + n for n in range(10)}) for cell in line[1:])] for line in ROWS]
    path = table(tmp_path, wide, TOWNSHIPS)
    text = path.read_text(encoding="utf-8")
    for encoding in ("utf-8-sig", "gb18030"):
        path.write_bytes(text.encode(encoding))
        assert cli.main(["recompute", str(path), "--place", "CN-350526", "--lang", "zh"]) == 0
        assert "孤儿金额: 印为1800元，各行之和1800元，按规定和人数1800元" in capsys.readouterr().out


def test_every_sheet_of_a_workbook_is_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = Workbook()
    for name, head in (("2012-05", HEAD), ("2012-06", TOWNSHIPS), ("说明", ["其他"])):
        sheet = book.create_sheet(name)
        for line in (head, *ROWS):
            sheet.append(line)
    book.save(tmp_path / "year.xlsx")
    assert cli.main(["recompute", str(tmp_path), "--place", "CN-350526"]) == 2
    told = capsys.readouterr()
    assert [line for line in told.out.splitlines() if line.startswith("year.xlsx")] == [
        f"year.xlsx [{month}]: living allowance of orphans and children in difficulty by township, CN-350526, {month}"
        for month in ("2012-05", "2012-06")
    ]
    assert told.err.startswith("year.xlsx [说明]: no declared table has these headings. Correct them")


@pytest.mark.parametrize(
    ("name", "raw", "zh"),
    [
        ("t_2012-05.csv", b"", "文件是空的"),
        ("t_2012-05.csv", b"\x00\x01\x02", "无法读取"),
        ("t_2012-05.xlsx", b"PK\x03\x04", "无法读取"),
        ("t.csv", ",".join(TOWNSHIPS).encode() + b"\na,1,600,0,0,600", "不知道是哪个月"),
        ("t_2012-05.csv", ",".join(TOWNSHIPS).encode(), "表头下面没有数据"),
    ],
)
def test_files_that_are_no_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, raw: bytes, zh: str
) -> None:
    (tmp_path / name).write_bytes(raw)
    assert cli.main(["recompute", str(tmp_path / name), "--lang", "zh"]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"{name}: {zh}")
    assert cli.main(["recompute", str(tmp_path / name), "--month", "2012-13"]) == 2


def test_a_folder_without_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "2012-05.csv").mkdir()
    assert cli.main(["recompute", str(tmp_path)]) == 2
    assert "no CSV or workbook in this folder" in capsys.readouterr().err


def test_the_locale_chooses_where_nobody_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for locale, word in (("zh_CN.UTF-8", "用法"), ("en_GB.UTF-8", "usage"), ("C", "usage")):
        monkeypatch.setenv("LC_ALL", locale)
        assert cli.main([]) == 2
        assert capsys.readouterr().err.startswith(word)
    assert cli.main(["--lang", "fr"]) == 2
    assert "fr" in capsys.readouterr().err


def test_corrections_are_told_in_either_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["corrections", "--lang", "zh"]) == 0
    assert "申请未获答复的，先申请行政复议 (2024-01-01至" in capsys.readouterr().out
    assert cli.main(["corrections", "--json"]) == 0
    told = {one["correction"]: one for one in json.loads(capsys.readouterr().out)}
    assert told["review-first"]["limits"] == ["FND-9.inaction"]
    assert told["lost-duty"]["rules"][:2] == ["father.lost_long", "mother.lost_long"]
