"""The bank file and the bank's answer."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
from django.db import DatabaseError
from openpyxl import load_workbook

from hutong.core.errors import Conflict, Invalid, Refused, Tried
from hutong.core.models import Change, Entry, JournalLine, Task
from hutong.core.terms import TaskState
from hutong.core.tests.build import Browser
from hutong.core.undo import undo_import
from hutong.core.viewer import acting
from hutong.money import actions
from hutong.money.models import Batch, Line, Reconciliation
from hutong.money.queries import bank_file
from hutong.money.queries.bank_answer import plain_words
from hutong.money.queries.reference import line_id, reference
from hutong.money.queries.rules import bank_format
from hutong.money.terms import BankFileForm, BatchState, LineState
from hutong.money.tests.build import (
    NOVEMBER,
    OCTOBER,
    STANDARD,
    Scene,
    account_input,
    answer_file,
    card_numbers,
    written_by,
)
from hutong.org.terms import Role

pytestmark = pytest.mark.django_db


def lines_of(scene: Scene, batch: Batch) -> list[Line]:
    with acting(scene.finance):
        return list(Line.objects.filter(batch=batch).order_by("id"))


def state_of(scene: Scene, batch: Batch) -> str:
    with acting(scene.finance):
        return Batch.objects.get(pk=batch.pk).state


def paid(line: Line, result: str = "成功", reason: str = "") -> tuple[str, int, str, str]:
    return reference(line.pk), line.amount_fen, result, reason


def test_the_bank_file_names_account_and_neutral_item_and_nothing_else(scene: Scene) -> None:
    number = next(card_numbers(50))
    order = scene.order(account=False)
    given = account_input(number, holder='=HYPERLINK("x")')
    actions.approve_account(scene.second, actions.propose_account(scene.officer, order.payee_id, given))
    batch = scene.run([order])
    with pytest.raises(Refused):
        actions.export_bank_file(scene.finance, batch, {"form": "csv"})
    actions.sign_batch(scene.finance, batch)
    with pytest.raises(Refused):
        actions.export_bank_file(scene.officer, batch, {"form": "csv"})
    actions.export_bank_file(scene.finance, batch, {"form": "csv"})
    assert JournalLine.objects.filter(kind="exported", on_id=batch.pk, count=1).exists()
    line = lines_of(scene, batch)[0]
    with acting(scene.finance):
        text = bank_file.build(batch, BankFileForm.CSV, bank_format(batch.place_key, NOVEMBER)).decode("utf-8-sig")
        book = load_workbook(BytesIO(bank_file.build(batch, BankFileForm.XLSX, bank_format(batch.place_key, NOVEMBER))))
    head, row = list(csv.reader(StringIO(text)))
    assert tuple(head) == bank_file.HEADS
    assert row[1:4] == [reference(line.pk), '\'=HYPERLINK("x")', number]
    assert row[5:] == ["1274.00", "儿童基本生活补贴", "2026-11"]
    cells = next(iter(book.active.iter_rows(min_row=2)))
    assert (cells[3].value, cells[3].data_type) == (number, "s")
    assert cells[2].data_type == "s", "a formula stays a text"
    for word in ("孤儿", "无人抚养", "艾滋", "HIV", "orphan", line.reason_code, "童1"):
        assert word not in text


def test_a_text_for_the_bank_begins_with_count_and_total(scene: Scene) -> None:
    batch = scene.run([scene.order(), scene.order()])
    actions.sign_batch(scene.finance, batch)
    actions.export_bank_file(scene.finance, batch, {"form": "gbk"})
    with acting(scene.finance):
        batch = Batch.objects.get(pk=batch.pk)
        for form, code in ((BankFileForm.GBK, "gbk"), (BankFileForm.GB18030, "gb18030")):
            first, *rows = (
                bank_file.build(batch, form, bank_format(batch.place_key, NOVEMBER)).decode(code).split("\r\n")
            )
            assert first == f"2|{2 * STANDARD // 100}.00"
            assert [row.split("|")[5] for row in rows if row] == [f"{STANDARD // 100}.00"] * 2
            assert bank_file.file_name(batch, form, bank_format(batch.place_key, NOVEMBER)).endswith(".txt")


@pytest.mark.parametrize("totals", ["first", "last", "name"])
def test_a_place_says_where_its_bank_looks_for_count_and_total(scene: Scene, browse: Browser, totals: str) -> None:
    rule = {
        "form": "gb18030",
        "totals": totals,
        "separator": "comma",
        "valid_from": "2026-11-01",
        "basis": "代发协议 2026-5",
    }
    actions.set_bank_format(scene.finance, rule | {"place_id": scene.county.pk})
    with pytest.raises(Invalid):
        actions.set_bank_format(scene.finance, rule | {"place_id": scene.county.pk})
    batch = scene.run([scene.order(), scene.order()])
    actions.sign_batch(scene.finance, batch)
    address = f"/money/batch/{batch.pk}/file/"
    assert "代发协议 2026-5" in browse.text(scene.finance, address)
    sent = browse.post(scene.finance, address, form="gb18030")
    lines = sent.content.decode("gb18030").splitlines()
    said = f"2,{2 * STANDARD // 100}.00"
    assert [line == said for line in lines] == {
        "first": [True, False, False], "last": [False, False, True], "name": [False, False],
    }[totals]  # fmt: skip
    assert (f"-2-{2 * STANDARD // 100}.00.txt" in sent["Content-Disposition"]) is (totals == "name")


def test_a_name_that_the_code_of_the_bank_cannot_carry_is_told_by_character(scene: Scene) -> None:
    order = scene.order(account=False)
    given = account_input(next(scene.numbers), holder="田䶮𫝀")
    version = actions.propose_account(scene.officer, order.payee_id, given)
    actions.approve_account(scene.second, version)
    batch = scene.run([order])
    actions.sign_batch(scene.finance, batch)
    with pytest.raises(Invalid, match="䶮𫝀"):
        actions.export_bank_file(scene.finance, batch, {"form": "gbk"})
    actions.export_bank_file(scene.finance, batch, {"form": "gb18030"})
    with acting(scene.finance):
        batch = Batch.objects.get(pk=batch.pk)
        assert "田䶮𫝀" in bank_file.build(batch, BankFileForm.GB18030, bank_format(batch.place_key, NOVEMBER)).decode(
            "gb18030"
        )


def test_references_carry_a_check_digit() -> None:
    assert line_id(reference(41)) == 41
    wrong = reference(41)[:-1] + str((int(reference(41)[-1]) + 1) % 10)
    assert line_id(wrong) is None
    assert line_id("HT0000000000410 ") == (41 if reference(41) == "HT0000000000410" else None)
    assert line_id("41") is None


def test_all_paid_settles_the_batch(scene: Scene) -> None:
    batch = scene.sent([scene.order(), scene.order()])
    scene.answer(batch)
    assert {x.state for x in lines_of(scene, batch)} == {LineState.PAID}
    assert state_of(scene, batch) == BatchState.SETTLED
    with acting(scene.finance):
        assert not Task.objects.filter(kind="money.reconcile", state=TaskState.OPEN).exists()


def test_bad_rows_are_listed_and_the_rest_is_processed(scene: Scene) -> None:
    batch = scene.sent([scene.order() for _ in range(5)])
    one, two, three, four, five = lines_of(scene, batch)
    foreign = lines_of(scene, scene.sent([scene.order()]))[0]
    rows = [
        paid(one),
        ("HT0000000000009", STANDARD, "成功", ""),
        paid(foreign),
        (reference(two.pk), STANDARD + 1, "成功", ""),
        (reference(three.pk), STANDARD, "也许", ""),
        paid(four, "失败", "账户已销户"),
        paid(one),
        paid(five),
    ]
    unclear = [{"word": "也许", "means": "unclear"}]
    done = actions.reconcile(scene.finance, batch, {"file": answer_file(rows), "words": unclear})
    assert (done.rows, done.paid, done.refused, done.repeated) == (8, 2, 1, 0)
    assert [e["row"] for e in done.errors] == [3, 4, 5, 6, 8]
    assert all(e["message"] and e["remedy"] for e in done.errors)
    states = [x.state for x in lines_of(scene, batch)]
    assert states == [LineState.PAID, LineState.SENT, LineState.SENT, LineState.REFUSED, LineState.PAID]
    assert state_of(scene, batch) == BatchState.SENT, "two payments are still with the bank"


@pytest.mark.parametrize(
    ("result", "fen"), [("失败", STANDARD), ("成功", STANDARD + 5)], ids=["paid and returned", "two amounts"]
)
def test_rows_that_contradict_each_other_are_both_named_and_neither_is_used(
    scene: Scene, result: str, fen: int
) -> None:
    batch = scene.sent([scene.order(), scene.order()])
    one, two = lines_of(scene, batch)
    file = answer_file([paid(one), paid(two), (reference(one.pk), fen, result, "户名不符")])
    done = actions.reconcile(scene.finance, batch, {"file": file})
    assert (done.paid, done.refused) == (1, 0)
    assert [e["row"] for e in done.errors] == [2, 4]
    assert all("2、4" in e["message"] for e in done.errors)
    assert [x.state for x in lines_of(scene, batch)] == [LineState.SENT, LineState.PAID]


def test_a_word_of_the_bank_is_asked_once_and_remembered_for_that_bank_alone(scene: Scene) -> None:
    batch = scene.sent([scene.order() for _ in range(3)])
    lines = lines_of(scene, batch)
    file = answer_file([paid(lines[0], "0000", ""), paid(lines[1], "E1023", ""), paid(lines[2], "交易成功", "")])
    with pytest.raises(Invalid) as asked:
        actions.reconcile(scene.finance, batch, {"file": file, "bank": "试县农商行"})
    assert [error.field for error in asked.value.errors] == ["words", "words"]
    assert [one["word"] for one in asked.value.suggested["words"]] == ["0000", "E1023"], "a plain word is not asked"
    assert {x.state for x in lines_of(scene, batch)} == {LineState.SENT}, "nothing is guessed or half written"
    words = [{"word": "0000", "means": "paid"}, {"word": "E1023", "means": "no_account"}]
    actions.reconcile(scene.finance, batch, {"file": file, "bank": "试县农商行", "words": words})
    assert [x.state for x in lines_of(scene, batch)] == [LineState.PAID, LineState.REFUSED, LineState.PAID]
    assert lines_of(scene, batch)[1].refusal == "账号不存在；E1023"
    later = scene.sent([scene.order()], OCTOBER)
    line = lines_of(scene, later)[0]
    again = answer_file([paid(line, "００００", "")])
    for bank in ("试市银行", ""):
        with pytest.raises(Invalid):
            actions.reconcile(scene.finance, later, {"file": again, "bank": bank})
    actions.reconcile(scene.finance, later, {"file": again, "bank": "试县农商行"})
    assert lines_of(scene, later)[0].state == LineState.PAID


def test_a_word_that_is_not_clear_is_asked_again(scene: Scene) -> None:
    batch = scene.sent([scene.order()])
    line = lines_of(scene, batch)[0]
    unclear = [{"word": "挂账", "means": "unclear"}]
    done = actions.reconcile(scene.finance, batch, {"file": answer_file([paid(line, "挂账")]), "words": unclear})
    assert (done.paid, done.refused, len(done.errors)) == (0, 0, 1)
    with pytest.raises(Invalid):
        actions.reconcile(scene.finance, batch, {"file": answer_file([paid(line, "挂账", "二")])})


def test_no_code_is_taken_for_plain() -> None:
    assert not [word for word in plain_words() if not any(char >= "一" for char in word) and not word.isalpha()]


def test_an_answer_is_only_tried(scene: Scene) -> None:
    batch = scene.sent([scene.order()])
    line = lines_of(scene, batch)[0]
    with pytest.raises(Tried, match="1"):
        actions.reconcile(scene.finance, batch, {"file": answer_file([paid(line)]), "dry_run": True})
    assert lines_of(scene, batch)[0].state == LineState.SENT


def undo(scene: Scene, answer: Reconciliation) -> None:
    given = {"label": "money.reconciliation", "number": answer.pk, "why": "交错了文件"}
    undo_import(scene.finance, given)


def test_an_answer_taken_in_by_mistake_is_taken_back_and_its_lines_are_with_the_bank_again(scene: Scene) -> None:
    batch = scene.sent([scene.order(), scene.order()])
    one, two = lines_of(scene, batch)
    file = answer_file([paid(one), paid(two, "E7", "")])
    words = [{"word": "E7", "means": "returned"}]
    done = actions.reconcile(scene.finance, batch, {"file": file, "words": words})
    assert state_of(scene, batch) == BatchState.SETTLED
    undo(scene, done)
    assert {(x.state, x.settled_on, x.refusal) for x in lines_of(scene, batch)} == {(LineState.SENT, None, "")}
    assert state_of(scene, batch) == BatchState.SENT
    with acting(scene.finance):
        assert not Reconciliation.objects.filter(batch=batch).exists()
        assert not Task.objects.filter(kind="money.refused_account", state=TaskState.OPEN).exists()
        assert Task.objects.filter(kind="money.reconcile", state=TaskState.OPEN, on_id=batch.pk).exists()
    with pytest.raises(Invalid):
        actions.reconcile(scene.finance, batch, {"file": file})
    again = actions.reconcile(scene.finance, batch, {"file": file, "words": words})
    assert (again.paid, again.refused) == (1, 1)


def test_an_answer_on_which_something_was_built_stays(scene: Scene) -> None:
    batch = scene.sent([scene.order(), scene.order()])
    one, two = lines_of(scene, batch)
    first = actions.reconcile(scene.finance, batch, {"file": answer_file([paid(one)])})
    second = actions.reconcile(scene.finance, batch, {"file": answer_file([paid(two)])})
    with pytest.raises(Conflict):
        undo(scene, first)
    actions.reverse_line(scene.officer, two, {"why": "银行已将款项退回"})
    with pytest.raises(Conflict):
        undo(scene, second)
    assert {x.state for x in lines_of(scene, batch)} == {LineState.PAID}


def test_no_program_moves_a_line_back_by_itself(scene: Scene) -> None:
    batch = scene.sent([scene.order()])
    scene.answer(batch)
    with pytest.raises(DatabaseError, match="not possible"), written_by("money", scene.now):
        Line.objects.filter(batch=batch).update(state="sent")


def test_a_repeated_file_changes_nothing(scene: Scene) -> None:
    batch = scene.sent([scene.order(), scene.order()])
    one, two = lines_of(scene, batch)
    file = answer_file([paid(one), paid(two, "失败", "户名不符")])
    first = actions.reconcile(scene.finance, batch, {"file": file})
    before = [(x.state, x.version) for x in lines_of(scene, batch)]
    again = actions.reconcile(scene.finance, batch, {"file": file})
    assert again.pk == first.pk
    assert [(x.state, x.version) for x in lines_of(scene, batch)] == before
    other = answer_file([paid(one), paid(two, "失败", "同上")])
    third = actions.reconcile(scene.finance, batch, {"file": other})
    assert (third.paid, third.refused, third.repeated) == (0, 0, 2)
    assert [(x.state, x.version) for x in lines_of(scene, batch)] == before
    with acting(scene.finance):
        assert Reconciliation.objects.filter(batch=batch).count() == 2


def test_a_refused_account_becomes_one_task_for_its_township(scene: Scene) -> None:
    order = scene.order()
    batch = scene.sent([order])
    scene.answer(batch, refused=lines_of(scene, batch))
    with acting(scene.supervisor):
        tasks = list(Task.objects.filter(kind="money.refused_account", state=TaskState.OPEN))
    assert [(t.on_id, t.role, t.child_id) for t in tasks] == [
        (order.payee_id, Role.TOWNSHIP_SUPERVISOR, order.child_id)
    ]
    assert lines_of(scene, batch)[0].refusal == "户名不符"


def test_a_payment_the_bank_returns_later_is_refused_after_all_but_not_the_other_way(scene: Scene) -> None:
    batch = scene.sent([scene.order()])
    scene.answer(batch)
    line = lines_of(scene, batch)[0]
    back = actions.reconcile(scene.finance, batch, {"file": answer_file([paid(line, "退汇", "账户冻结")])})
    assert back.refused == 1
    assert lines_of(scene, batch)[0].state == LineState.REFUSED
    odd = actions.reconcile(scene.finance, batch, {"file": answer_file([paid(line, "成功", "再次")])})
    assert (odd.paid, len(odd.errors)) == (0, 1)


@pytest.mark.parametrize(
    "data",
    [b"", b"MZ\x90\x00\x03\x00\x00\x00", b"a,b,c\n1,2,3", "发放编号,金额（元）\nHT1,1".encode()],
    ids=["empty", "program", "other columns", "no result column"],
)
def test_a_file_that_is_no_answer_is_refused_whole(scene: Scene, data: bytes) -> None:
    batch = scene.sent([scene.order()])
    with pytest.raises(Invalid):
        actions.reconcile(scene.finance, batch, {"file": {"name": "x.csv", "data": data}})
    assert lines_of(scene, batch)[0].state == LineState.SENT


def test_an_answer_before_sending_is_refused(scene: Scene) -> None:
    batch = scene.run([scene.order()])
    with pytest.raises(Conflict):
        actions.reconcile(scene.finance, batch, {"file": answer_file([paid(lines_of(scene, batch)[0])])})


def test_an_answer_in_xlsx_and_in_english_is_read_too(scene: Scene) -> None:
    from hutong.channels.tables import write_xlsx

    batch = scene.sent([scene.order()])
    line = lines_of(scene, batch)[0]
    data = write_xlsx(["Payment number", "Amount (yuan)", "Result"], [[reference(line.pk), 1274.00, "paid"]])
    assert actions.reconcile(scene.finance, batch, {"file": {"name": "a.xlsx", "data": data}}).paid == 1


def test_every_line_that_moved_is_in_the_history(scene: Scene) -> None:
    from django.db import connections

    batch = scene.sent([scene.order()])
    scene.answer(batch)
    line = lines_of(scene, batch)[0]
    with acting(scene.finance), connections["default"].cursor() as cursor:
        cursor.execute("select op, new->>'state' from hutong_history('money_line', %s)", [line.pk])
        assert cursor.fetchall() == [("I", "prepared"), ("U", "sent"), ("U", "paid")]
    assert Entry.objects.filter(action="money.reconcile", on_id=batch.pk).exists()
    assert Change._meta.db_table == "core_change"
