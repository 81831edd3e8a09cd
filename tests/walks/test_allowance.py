"""The walk of the house, page by page in a real browser: finding, application, township, county, award, batch, bank
file, reconciliation, notice. Every post signs in for itself and reaches its step from its own worklist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from hutong.channels.tables import write_xlsx
from hutong.core import clock_time
from hutong.core.models import User
from hutong.core.viewer import ZONE, Viewer, acting
from hutong.money.models import Line
from hutong.money.terms import BatchState, LineState
from hutong.org.terms import Role
from hutong.org.tests.build import officer, place
from hutong.people.models import Child
from hutong.project.demo.papers import paper
from hutong.project.demo.staff import quick_hashing

pytestmark = pytest.mark.browser
PASSWORD = "a-walk-through-pages"
VILLAGE, TOWN = "上笈村", "云笈镇"
STANDARD_FEN, DIBAO_FEN = 164_000, 62_000
POSTS = {
    "director": (Role.VILLAGE_DIRECTOR, VILLAGE),
    "township": (Role.TOWNSHIP_SUPERVISOR, TOWN),
    "county": (Role.COUNTY_OFFICER, "护桐县"),
    "second": (Role.COUNTY_OFFICER, "护桐县"),
    "finance": (Role.COUNTY_FINANCE, "护桐县"),
}


class Calendar:
    """Business time of the served product; the walk takes six weeks."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 10, 12, 9, tzinfo=ZONE)

    def go_to(self, month: int, day: int) -> None:
        """Move on to a day of 2026."""
        self.moment = datetime(2026, month, day, 9, tzinfo=ZONE)


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    """Time as the doors of the product see it."""
    found = Calendar()
    monkeypatch.setattr(clock_time, "now", lambda: found.moment)
    return found


@pytest.fixture
def staff(fresh_db: str, calendar: Calendar) -> dict[str, Viewer]:
    """Everybody the walk needs, with an account to sign in with."""
    found = {}
    with quick_hashing():
        for name, (role, where) in POSTS.items():
            found[name] = officer(role, place(where), now=calendar.moment)
            user = User.objects.get(pk=found[name].user_id)
            user.username = name
            user.set_password(PASSWORD)
            user.save()
    return found


class Desk:
    """A browser of one post."""

    def __init__(self, page: Any, site: str) -> None:
        self.page, self.site = page, site

    def sign_in(self, name: str) -> None:
        """Through the sign-in page; the worklist follows."""
        self.page.goto(f"{self.site}/login/")
        self.page.fill("#id_username", name)
        self.page.fill("#id_password", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"{self.site}/")

    def work(self, title: str) -> None:
        """Open a piece of work from the worklist."""
        self.page.goto(f"{self.site}/")
        self.page.click(f".line-title:has-text('{title}')")

    def open(self, address: str) -> None:
        """Open an address of the product."""
        self.page.goto(self.site + address)

    def fill(self, **answers: Any) -> None:
        """Answer questions by their names, whatever kind of control they are."""
        for name, answer in answers.items():
            _answer(self.page, name.replace("__", "-"), answer)

    def send(self) -> None:
        """Press the form's own button; the page that follows is no refusal."""
        self.page.click("main form button.btn-primary, main form button.btn-danger")
        self.page.wait_for_load_state()
        told = self.page.locator(".summary, .alert.tone-bad")
        assert told.count() == 0, told.first.inner_text()

    @property
    def text(self) -> str:
        """What the page says."""
        return str(self.page.inner_text("main"))


def _answer(page: Any, name: str, answer: Any) -> None:
    control = page.locator(f"main form [name='{name}']")
    kind = control.first.get_attribute("type")
    tag = control.first.evaluate("e => e.tagName")
    if kind in ("radio", "checkbox") and answer is not True:
        for value in answer if isinstance(answer, list) else [answer]:
            page.check(f"main form [name='{name}'][value='{value}']")
    elif kind == "checkbox":
        control.check()
    elif kind == "file":
        control.set_input_files({"name": answer.name, "mimeType": "image/png", "buffer": answer.data})
    elif kind == "hidden":
        box = page.locator(f"main form .lookup:has([name='{name}']) [role=combobox]")
        box.fill(answer)
        page.locator(f".lookup:has([name='{name}']) [role=option]").first.click()
    elif tag == "SELECT":
        control.select_option(answer)
    else:
        control.fill(str(answer))


@pytest.fixture
def desk(browser: Any, live_site: str, staff: dict[str, Viewer]) -> Iterator[Callable[[str], Desk]]:
    """`desk("county")` is that post's own browser, signed in."""
    opened: dict[str, Desk] = {}

    def of(name: str) -> Desk:
        if name not in opened:
            opened[name] = Desk(browser.new_context(locale="zh-CN", accept_downloads=True).new_page(), live_site)
            opened[name].sign_in(name)
        return opened[name]

    yield of
    for one in opened.values():
        one.page.context.close()


def find(director: Desk) -> int:
    """The village director's visit: finding with a new child, its adults, its parents' situation, the application."""
    village = str(place(VILLAGE).pk)
    director.open("/care/action/record_finding/")
    director.fill(
        place_id=village, seen_on="2026-10-12", seen="父亲去世，母亲外出后失去联系，跟着奶奶生活。",
        needs=["living", "guardian"], new_child__name="田穗禾", new_child__sex="female",
        new_child__birth_date="2016-04-02", new_child__actual_id=VILLAGE, new_child__registered_id=VILLAGE,
        apply_now=True,
    )  # fmt: skip
    director.send()
    director.page.click("main a:has-text('田穗禾')")
    child = int(director.page.url.rstrip("/").rsplit("/", 1)[1])
    for answers in (
        {"bond": "father", "name": "田志强"},
        {"bond": "mother", "name": "吴小霞"},
        {"bond": "guardian", "name": "田桂英", "kinship": "paternal_grandparent", "basis": "law"},
    ):
        director.open(f"/people/action/link_person/{child}/")
        director.fill(**answers)
        director.send()
    for answers in (
        {"side": "father", "status": "dead", "since": "2024-03-09", "evidence": "household_cancellation"},
        {
            "side": "mother", "status": "lost_contact", "since": "2025-12-01", "reported_on": "2026-02-02",
            "accepted_on": "2026-02-03", "evidence": "police_receipt",
        },
    ):  # fmt: skip
        director.open(f"/people/action/record_parent_fact/{child}/")
        director.fill(**answers)
        director.send()
    return child


def hand_in(director: Desk) -> None:
    """The application that the finding opened is handed in, with a receipt."""
    director.open("/benefits/application/")
    director.page.click("main table a:has-text('田穗禾')")
    director.page.click("main a:has-text('提交')")
    director.send()
    assert "SQ20261012" in director.text


def check(township: Desk, second: Desk, child: int) -> None:
    """The township looks up other aid, takes down the account and verifies; the county's second officer compares."""
    township.open(f"/people/action/record_aid/{child}/")
    township.fill(first_month="2026-10", dibao_fen="620", tekun_fen="0", disability_living_fen="0")
    township.send()
    township.open(f"/money/action/name_payee/?child_id={child}")
    township.fill(kind="guardian", name="田桂英", place_id=VILLAGE)
    township.send()
    township.fill(number="9999010000000000123", bank="演示银行", holder="田桂英", proof=paper("银行卡"))
    township.send()
    second.work("复核")
    second.page.click("main a:has-text('复核通过')")
    second.send()
    township.work("查验申请")
    township.page.click("main a:has-text('查验')")
    facts = [e.get_attribute("value") for e in township.page.locator("[name='facts_confirmed']").all()]
    township.fill(opinion="meets", found="入户走访，情况属实。", facts_confirmed=facts)
    township.send()


def decide(county: Desk) -> str:
    """The decision page shows the law's advice beside the question; the award follows. The decision's address."""
    county.work("确认申请")
    assert "事实无人抚养" in county.text
    assert "1,020" in county.text.replace("1020", "1,020")
    county.fill(answer="agree")
    county.send()
    return str(county.page.url)


def test_the_allowance_from_the_finding_to_the_notice(
    desk: Callable[[str], Desk], staff: dict[str, Viewer], calendar: Calendar, tmp_path: Path
) -> None:
    child = find(desk("director"))
    hand_in(desk("director"))
    calendar.go_to(10, 16)
    check(desk("township"), desk("second"), child)
    calendar.go_to(10, 22)
    decide(desk("county"))
    calendar.go_to(10, 23)
    notice(desk("township"), tmp_path)
    calendar.go_to(11, 9)
    prepare(desk("county"))
    calendar.go_to(11, 10)
    file = sign_and_send(desk("finance"), tmp_path)
    calendar.go_to(11, 16)
    reconcile(desk("finance"), file)
    with acting(staff["county"]):
        (line,) = Line.objects.filter(child_id=child)
        assert (line.amount_fen, line.state, line.month) == (
            STANDARD_FEN - DIBAO_FEN,
            LineState.PAID,
            date(2026, 11, 1),
        )
        assert line.batch.state == BatchState.SETTLED
        assert Child.objects.get(pk=child).name == "田穗禾"


def notice(township: Desk, folder: Path) -> None:
    """The township opens the notice as PDF and records that it was handed over."""
    township.work("送达决定")
    link = township.page.locator("main a[href*='/benefits/notice/']")
    with township.page.expect_download() as download:
        link.evaluate("a => { a.setAttribute('download', ''); a.click() }")
    kept = folder / "notice.pdf"
    download.value.save_as(kept)
    text = "".join(page.extract_text() for page in PdfReader(kept).pages)
    assert "田穗禾" in "".join(text.split())
    township.page.click("main a:has-text('送达')")
    township.fill(how="in_person", delivered_on="2026-10-23", recipient="addressee", received_by="田桂英")
    township.send()


def prepare(county: Desk) -> None:
    """The month's run: preview, then prepared."""
    county.open("/money/run/?month=2026-11")
    assert "1,020" in county.text
    county.send()
    assert "待签发" in county.text


def sign_and_send(finance: Desk, folder: Path) -> list[list[Any]]:
    """Signed, taken out as a file, told as sent. Returns the rows of the bank file."""
    finance.work("签发")
    finance.page.click("main a:has-text('签发')")
    finance.send()
    batch = finance.page.url
    finance.page.click("main a:has-text('银行文件')")
    with finance.page.expect_download() as download:
        finance.page.click("main form button.btn-primary")
    kept = folder / "bank.xlsx"
    download.value.save_as(kept)
    rows = CalamineWorkbook.from_path(str(kept)).get_sheet_by_index(0).to_python()
    assert "田穗禾" not in str(rows)
    finance.page.goto(batch)
    finance.page.click("main a:has-text('已送银行')")
    finance.send()
    return rows


def reconcile(finance: Desk, rows: list[list[Any]]) -> None:
    """The bank's answer goes in; the batch is settled."""
    heads = rows[0]
    number, amount = heads.index("发放编号"), heads.index("金额（元）")
    told = [(row[number], row[amount], "成功", "") for row in rows[1:]]
    data = write_xlsx(("发放编号", "金额（元）", "处理结果", "失败原因"), told)
    finance.work("回盘")
    finance.page.click("main a:has-text('回盘')")
    sheet = {"name": "回盘.xlsx", "mimeType": "application/octet-stream", "buffer": BytesIO(data).getvalue()}
    finance.page.set_input_files("main form [name='file']", sheet)
    finance.send()
    assert "每一行都已处理" in finance.text
    finance.open("/money/batch/")
    assert "已对账" in finance.text
