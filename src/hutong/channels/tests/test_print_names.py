"""Every name that is accepted prints: drawn by some font, or boxed with its code point; nothing makes a print fail.

Paper is PDF/A-2u, which typst refuses to write with a missing glyph in it: a print that succeeds draws none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st
from pypdf import PdfReader

from hutong.channels.print import fonts, paper
from hutong.channels.print.fonts import for_paper, undrawn
from hutong.channels.print.paper import Blank, Form, Notice, Section, render_form, render_notice

RARE = Path("/usr/share/fonts/truetype/hanazono")
PLAIN = Notice("青禾市民政局", "告知书", "1号", "甲", ["正文。"], date(2026, 11, 23), receipt=True)
NAMES = {
    "Han, Extension A": "田䶮㛃",
    "Han of the table of 2013 beyond the basic plane": "田𬀩𫖯𬭛",
    "compatibility ideograph": "\uf98b田",
    "Tibetan": "བཀྲ་ཤིས་སྒྲོལ་མ",
    "Uyghur": "ئابدۇللا مەمەت",
    "Kazakh": "قۇرمانعالي",
    "Mongolian": "ᠪᠠᠭᠠᠲᠤᠷ",
    "Mongolian with selectors and separator": "ᠨᠢᠭᠡ᠋ᠴᠢ ᠠᠮᠠ᠎ᠠ",
    "Manchu": "ᠮᠠᠨᠵᡠ",
    "Yi": "ꆈꌠꁱꂷ",
    "Hangul": "김철수",
    "Hangul in pieces": "\u1100\u1175\u11b7",
    "Lisu": "ꓡꓲ-ꓢꓴ",
    "Dai of Dehong": "ᥖᥭᥰ",
    "Dai of Xishuangbanna": "ᦺᦑ",
    "older Dai": "ᨴᩱ",
    "Latin with marks": "Đặng Thị Ngọc Müller-Łódź",
    "Cyrillic": "Әлия Қасымова",
    "Greek": "Ελένη",
    "interpunct": "吐尔逊·买买提",
    "a letter and its mark apart": "Ame\u0301lie",
}


def text_of(pdf: bytes) -> str:
    return (
        "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).replace("\n", "").replace("\u200b", "")
    )


def printed(name: str) -> str:
    return text_of(render_notice(replace(PLAIN, addressee=name)))


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_names_of_the_scripts_of_the_country_are_drawn(name: str) -> None:
    assert undrawn(name) == ()
    assert "\ufdd0" not in for_paper(name)
    render_notice(replace(PLAIN, addressee=name))


@pytest.mark.parametrize("kind", ["Han, Extension A", "Hangul", "Yi", "Cyrillic", "interpunct"])
def test_the_text_of_the_paper_holds_the_name(kind: str) -> None:
    assert NAMES[kind].replace(" ", "") in printed(NAMES[kind]).replace(" ", "")


def test_private_use_is_drawn_as_its_twin_and_otherwise_boxed() -> None:
    assert "田䶮：" in printed("田\ue863")
    assert undrawn("田\ue863") == ()
    assert undrawn("田\ue000甲\ue000\U0010fffd") == ("U+E000", "U+10FFFD")
    assert "E000" in printed("田\ue000")


def test_a_box_is_drawn_in_a_form_too_and_the_rest_of_the_name_stays() -> None:
    form = Form("表", [Section("一、儿童", [Blank("姓名", "田\ue000禾")])])
    text = text_of(render_form(form))
    assert "E000" in text
    assert "田" in text
    assert "禾" in text


def test_who_prints_is_told_which_characters_are_boxes() -> None:
    assert paper.by_hand("田小禾", "理由。") == []
    note = paper.by_hand("田\ue000", "理由𒀀。")[0]
    assert "U+E000, U+12000" in str(note.text)
    assert note.tone == "warn"


@pytest.mark.skipif(not RARE.exists(), reason="the package fonts-hanazono is not installed")
def test_rare_han_is_drawn_where_the_fonts_of_the_machine_have_it() -> None:
    for name in ("𠮷田", "田𪜀𫝁𫠠𬺰"):
        assert undrawn(name) == ()
        assert name in printed(name)


def test_the_office_adds_fonts_of_its_own(settings: LazySettings, tmp_path: Path) -> None:
    assert undrawn("𒀀") == ("U+12000",)
    assert "12000" in printed("𒀀")
    own = Path("/usr/share/fonts/truetype/noto/NotoSansCuneiform-Regular.ttf")
    if not own.exists():
        pytest.skip("the package fonts-noto-core is not installed")
    (tmp_path / own.name).write_bytes(own.read_bytes())
    settings.HUTONG_FONTS = [str(tmp_path)]
    with forgotten():
        assert undrawn("𒀀") == ()
        assert "𒀀" in printed("𒀀")


class forgotten:  # noqa: N801
    """Fonts are looked for again inside, and again after it."""

    def __enter__(self) -> None:
        for kept in (fonts.fonts, fonts.families, fonts._in_order, fonts._easy, fonts._drawn):
            kept.cache_clear()
        paper._own.__dict__.clear()

    def __exit__(self, *_: object) -> None:
        self.__enter__()


def letters() -> Iterator[str]:
    """Every 199th character and all marks: letters, marks, digits, private use."""
    for code in (*range(0x20, 0x32400, 199), *range(0xE000, 0xF900, 199), 0xF0000, 0x10FFFD):
        if unicodedata.category(chr(code)) != "Cs":
            yield chr(code)
    yield from (c for c in map(chr, range(0x300, 0x2000)) if unicodedata.category(c)[0] == "M")


@pytest.mark.parametrize("beside", ["李{}，", "a{}", "ب{}་"])
def test_no_character_makes_a_print_fail(beside: str) -> None:
    render_notice(replace(PLAIN, paragraphs=["".join(beside.format(c) for c in letters())]))


def test_a_reason_of_boxes_alone_prints() -> None:
    reason = "\ue000" * 2000
    assert text_of(render_notice(replace(PLAIN, paragraphs=[reason]))).count("E000") == 2000
    render_form(Form("表", [Section("一", [Blank("申请事由", reason, wide=True)])]))


@pytest.mark.random
@tried(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_text_makes_a_print_fail(text: str) -> None:
    render_notice(replace(PLAIN, addressee=text, paragraphs=[text], contact=text, basis=[text], remedies=[text]))
    render_form(Form("表", [Section(text, [Blank("姓名", text), Blank(text, options=[text], wide=True)])], footer=text))


@pytest.mark.parametrize(
    "reason",
    [
        "#read('x') $x$ *粗* _斜_ `码` <a> @b \\ // [c] = 一\n- 二\n+ 三 ~ --- ... \"引\" 'n'",
        "一\n二\r\n三\u2028四\x85五\x00\x07\x1b六\t七",
        "\u0301\u0f71\u202e\u200d\ufeff",
        "\ufdd0E000\ufdd1",
    ],
)
def test_markup_control_characters_and_lone_marks_are_text(reason: str) -> None:
    text = printed(reason)
    assert ("[c] = 一" in text) == ("[c]" in reason)
    assert ("五六" in text) == ("六" in reason)
    assert "\u202e" not in text


def inside(pdf: bytes) -> Iterator[tuple[float, str]]:
    """Where each piece of text of the paper begins, in points from the left."""
    found: list[tuple[float, str]] = []

    def seen(text: str, _cm: object, matrix: list[float], *_: object) -> None:
        if text.strip():
            found.append((matrix[4], text))

    for page in PdfReader(BytesIO(pdf)).pages:
        page.extract_text(visitor_text=seen)
    return iter(found)


@pytest.mark.parametrize("word", ["a", "7", "情"])
def test_a_reason_without_blanks_stays_on_the_paper_and_whole(word: str) -> None:
    pdf = render_notice(replace(PLAIN, paragraphs=[word * 2000]))
    assert text_of(pdf).count(word[0]) >= 2000
    assert len(PdfReader(BytesIO(pdf)).pages) >= 2
    form = render_form(Form("表", [Section("一", [Blank("申请事由", word * 2000, wide=True)])]))
    assert max(at for at, _ in (*inside(pdf), *inside(form))) < 595


def test_numbers_and_long_words_are_not_cut() -> None:
    for kept in ("6222021234567890123", "43110219850101123X", "internationalization"):
        assert for_paper(kept) == kept


def test_all_of_basic_han_and_extension_a_is_drawn() -> None:
    assert undrawn("".join(map(chr, (*range(0x4E00, 0x9FF0), *range(0x3400, 0x4DB6))))) == ()
