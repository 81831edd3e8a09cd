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


def test_markup_in_data_stays_text() -> None:
    evil = '#read("../paper.py") *粗* $x$ <a> \\ @b #import "x"'
    text = text_of(render_notice(replace(NOTICE, addressee=evil, paragraphs=[evil])))
    assert '#read("../paper.py")' in text.replace("“", '"').replace("”", '"')
    assert text.count("*粗*") == 2


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
