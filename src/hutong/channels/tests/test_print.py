"""Notices and forms on paper: complete, safe against markup in data, readable rare characters."""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import translation
from pypdf import PdfReader

from hutong.channels.print.paper import Blank, Form, Notice, NoticeTable, Section, render_form, render_notice

NOTICE = Notice(
    office="青禾市民政局",
    title="事实无人抚养儿童确认通知书",
    number="青禾民（儿）〔2026〕17号",
    addressee="王秀英",
    paragraphs=[
        "您于2026年11月2日为柳如烟提出的申请已收悉。经乡镇查验、县级确认，柳如烟符合事实无人抚养儿童的条件，"
        "自2026年11月起享受基本生活补贴。",
        "认定理由：父亲死亡；母亲失联满六个月，公安机关查找不到。",
    ],
    table=NoticeTable(
        ["项目", "标准（元/月）", "实发（元/月）"], [["基本生活补贴", "1,600.00", "1,200.00"]], [3, 2, 2], [1, 2]
    ),
    basis=["《关于进一步加强事实无人抚养儿童保障工作的意见》（民发〔2019〕62号）第一条。"],
    remedies=["可自收到本通知之日起60日内申请行政复议。", "可自收到本通知之日起6个月内提起行政诉讼。"],
    contact="联系人：林晓  电话：000-0000000",
    issued=date(2026, 11, 23),
    receipt=True,
)
FORM = Form(
    title="事实无人抚养儿童基本生活补贴申请表",
    number="编号：",
    intro="请用黑色笔填写；不清楚的可以空着，由工作人员核实。",
    sections=[
        Section("儿童情况", [
            Blank("姓名", "䶮㛃𠅤"), Blank("性别", options=["男", "女"], chosen=["女"]),
            Blank("现居住地", wide=True), Blank("申请理由", wide=True, lines=6),
        ]),
    ],
    notes=["说明：家庭只需提交其他部门没有的材料。"],
    signatures=[("申请人", "签名："), ("村（居）民委员会", "盖章：")],
    footer="一式两份",
)  # fmt: skip


@pytest.fixture(autouse=True)
def chinese() -> object:
    with translation.override("zh-hans"):
        yield


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).replace("\n", "")


def test_a_notice_says_everything_it_was_given() -> None:
    pdf = render_notice(NOTICE)
    text = text_of(pdf)
    page = PdfReader(BytesIO(pdf)).pages[0]
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)
    wanted = [NOTICE.office, NOTICE.title, NOTICE.number, "王秀英：", "1,200.00", "依据", "60日内", "2026年11月23日"]
    for words in (*wanted, "送达回证", "第1页"):
        assert words.replace(" ", "") in text.replace(" ", ""), words


def test_long_notices_number_every_page() -> None:
    pdf = render_notice(replace(NOTICE, paragraphs=["情况说明。" * 120] * 8))
    pages = PdfReader(BytesIO(pdf)).pages
    assert len(pages) >= 3
    for number, page in enumerate(pages, start=1):
        assert f"第{number}页共{len(pages)}页" in page.extract_text().replace(" ", "").replace("\n", "")


TYPICAL = replace(
    NOTICE,
    paragraphs=[
        "您（祖父母或外祖父母）于2026年11月2日为柳如烟（儿童编号CH-2026-000123）提出的申请（受理编号SL2026110200017）收悉，"
        "经乡镇（街道）查验，我局审核如下。",
        "认定的事实：父亲死亡；母亲失去联系满六个月，公安机关查找不到。",
        "经审核，确认为事实无人抚养儿童，自2026年11月起按月发放儿童基本生活补贴。",
    ],
    table=NoticeTable(
        ("项目", "内容"),
        [("适用标准", "1,600.00元"), ("月发放额", "1,200.00元"), ("起始月", "2026年11月"), ("最后发放月", "2033年6月")],
        (2, 3),
    ),
    basis=[
        f"民政部、公安部、财政部《关于进一步做好事实无人抚养儿童保障有关工作的通知》（民发〔{year}〕125号）第二条"
        for year in (2019, 2020, 2026)
    ],
    remedies=[
        "自收到本通知之日起60日内，向青禾市人民政府申请行政复议；",
        "或者自收到本通知之日起6个月内，向有管辖权的人民法院提起行政诉讼；",
        "已申请行政复议的，自收到复议决定书之日（复议机关逾期不作决定的，自复议期限届满之日）起15日内，"
        "可以向人民法院提起行政诉讼。",
    ],
)


def lines_of(notice: Notice) -> list[list[str]]:
    """The lines of each page without blanks, its page number left out."""
    pages = PdfReader(BytesIO(render_notice(notice))).pages
    read = [[line.replace(" ", "") for line in page.extract_text().splitlines()] for page in pages]
    return [[line for line in lines if line and not line.startswith("第")] for lines in read]


def test_a_recognition_with_all_its_parts_stands_on_one_page() -> None:
    [lines] = lines_of(TYPICAL)
    assert lines.index("送达回证") > lines.index("（印章）") > lines.index("救济途径")


def test_the_slip_of_delivery_names_its_document_and_its_addressee() -> None:
    [lines] = lines_of(TYPICAL)
    slip = "".join(lines[lines.index("送达回证") :])
    for words in (NOTICE.title, NOTICE.number, "受送达人：王秀英", "送达方式", "见证人"):
        assert words in slip


ENDS = {
    "remedies": TYPICAL,
    "a paragraph": replace(TYPICAL, basis=[], remedies=[]),
    "a long paragraph": replace(TYPICAL, basis=[], remedies=["申请行政复议的期限和机关。" * 30]),
    "a table": replace(TYPICAL, paragraphs=["如下。"], basis=[], remedies=[]),
    "a long table": replace(
        TYPICAL,
        basis=[],
        remedies=[],
        table=NoticeTable(("月份", "金额"), [(f"{n}月", "1.00元") for n in range(1, 31)]),
    ),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_the_seal_never_stands_alone(end: Notice) -> None:
    for more in range(0, 60, 3):
        pages = lines_of(replace(end, paragraphs=[*["情况说明。"] * more, *end.paragraphs]))
        [page] = [lines for lines in pages if "（印章）" in lines]
        seal = page.index("（印章）")
        assert page[seal - 1] == NOTICE.office
        assert seal - 1 >= 2, (more, page)


def test_the_slip_of_delivery_is_never_torn() -> None:
    for more in range(0, 40, 3):
        pages = lines_of(replace(TYPICAL, paragraphs=["情况说明。"] * more))
        [page] = [lines for lines in pages if "送达回证" in lines]
        assert any("见证人" in line for line in page)


def test_thirty_missing_papers_and_a_reason_of_two_thousand_characters_are_all_there() -> None:
    papers = [f"第{n}项材料：父亲的死亡证明或者户籍注销证明（向派出所核实）" for n in range(30)]
    text = text_of(render_notice(replace(TYPICAL, table=None, paragraphs=papers))).replace(" ", "")
    assert all(f"第{n}项材料" in text for n in range(30))
    reason = "".join(chr(0x4E00 + n) for n in range(2000)).replace("第", "")
    for ended in (replace(TYPICAL, paragraphs=[reason]), replace(NOTICE, basis=[], remedies=[reason])):
        assert reason in "".join("".join(lines) for lines in lines_of(replace(ended, table=None)))


def test_markup_in_data_stays_text() -> None:
    evil = '#read("../paper.py") *粗* $x$ <a> \\ @b #import "x"'
    text = text_of(render_notice(replace(NOTICE, addressee=evil, paragraphs=[evil])))
    assert '#read("../paper.py")' in text.replace("“", '"').replace("”", '"')
    assert text.count("*粗*") == 3  # addressee, text, and the addressee on the slip of delivery


def test_rare_characters_and_boxes_are_drawn_on_a_form() -> None:
    text = text_of(render_form(FORM))
    for words in ("䶮㛃𠅤", "男", "签名：", "一式两份", "申请理由"):
        assert words in text


def test_a_chosen_answer_is_ticked() -> None:
    def drawn(chosen: list[str]) -> bytes:
        blank = Blank("性别", options=["男", "女"], chosen=chosen)
        pdf = render_form(replace(FORM, sections=[Section("儿童情况", [blank])]))
        return PdfReader(BytesIO(pdf)).pages[0].get_contents().get_data()  # type: ignore[union-attr]

    assert drawn(["女"]).count(b" l\n") == drawn([]).count(b" l\n") + 2


def test_equal_data_gives_equal_bytes() -> None:
    assert render_notice(NOTICE) == render_notice(NOTICE)


def test_a_page_is_quick_once_the_fonts_are_read() -> None:
    render_notice(NOTICE)
    started = time.perf_counter()
    for number in range(5):
        render_notice(replace(NOTICE, number=str(number)))
    assert (time.perf_counter() - started) / 5 < 0.25


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm is not installed")
def test_pages_have_ink_where_text_should_be(tmp_path: Path) -> None:
    for name, pdf in (("notice", render_notice(NOTICE)), ("form", render_form(FORM))):
        source = tmp_path / f"{name}.pdf"
        source.write_bytes(pdf)
        subprocess.run(["pdftoppm", "-r", "40", "-gray", "-f", "1", "-l", "1", source, tmp_path / name], check=True)
        image = next(tmp_path.glob(f"{name}-*.pgm")).read_bytes()
        dark = sum(1 for value in image[20:] if value < 128)
        assert 0.005 < dark / len(image) < 0.2
