"""Reversal, re-issue, recovery, statement: always a new line, never a deletion, never a silent set-off."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from hutong.core.errors import Conflict, Invalid, Refused
from hutong.core.models import Task
from hutong.core.terms import TaskState
from hutong.core.viewer import acting
from hutong.money import actions
from hutong.money.models import Batch, Line, Order, Recovery, Repayment
from hutong.money.queries.relation import ORDERED
from hutong.money.terms import BatchPurpose, BatchState, LineKind, LineState, RecoveryState
from hutong.money.tests.build import NOVEMBER, OCTOBER, STANDARD, Scene
from hutong.org.terms import Role

pytestmark = pytest.mark.django_db
WHY = {"why": "银行已将款项退回财政专户"}


def only_line(scene: Scene, batch: Batch) -> Line:
    with acting(scene.officer):
        return Line.objects.select_related("batch").get(batch=batch)


def paid_line(scene: Scene, order: Order | None = None) -> Line:
    batch = scene.sent([order or scene.order()])
    scene.answer(batch)
    return only_line(scene, batch)


def refused_line(scene: Scene, order: Order) -> Line:
    batch = scene.sent([order])
    scene.answer(batch, refused=[only_line(scene, batch)])
    return only_line(scene, batch)


def net(scene: Scene, order: Order) -> int:
    with acting(scene.officer), connection.cursor() as cursor:
        cursor.execute(f"select coalesce(sum(ordered_fen), 0) from ({ORDERED}) o where order_id = %s", [order.pk])
        return int(cursor.fetchone()[0])


def test_a_reversal_is_a_new_line_signed_by_somebody_else(scene: Scene) -> None:
    order = scene.order()
    line = paid_line(scene, order)
    made = actions.reverse_line(scene.officer, line, WHY)
    assert (made.kind, made.amount_fen, made.corrects_id, made.month) == (
        LineKind.REVERSAL, -STANDARD, line.pk, line.month,
    )  # fmt: skip
    batch = made.batch
    assert (batch.purpose, batch.count, batch.total_fen, batch.booked_fen) == (
        BatchPurpose.CORRECTION, 1, 0, -STANDARD,
    )  # fmt: skip
    with pytest.raises(Conflict):
        actions.reverse_line(scene.officer, line, WHY)
    actions.sign_batch(scene.finance, batch)
    assert actions.mark_sent(scene.finance, batch).state == BatchState.SETTLED, "the bank is asked for nothing"
    with acting(scene.officer):
        assert Line.objects.get(pk=line.pk).state == LineState.PAID
        assert Line.objects.get(pk=made.pk).state == LineState.PAID
    assert net(scene, order) == 0


def test_what_was_not_paid_is_not_reversed(scene: Scene) -> None:
    line = only_line(scene, scene.sent([scene.order()]))
    with pytest.raises(Refused):
        actions.reverse_line(scene.officer, line, WHY)
    with pytest.raises(Refused):
        actions.reverse_line(scene.finance, line, WHY)


def test_a_refused_payment_is_paid_again_to_the_right_account(scene: Scene) -> None:
    order = scene.order()
    line = refused_line(scene, order)
    with pytest.raises(Refused):
        actions.reissue_line(scene.officer, line)
    version = scene.account(order.payee_id)
    with acting(scene.officer):
        kinds = set(Task.objects.filter(on_id=order.payee_id, state=TaskState.OPEN).values_list("kind", flat=True))
    assert kinds == {"money.reissue"}
    assert actions.reissue_all(scene.officer, order.payee_id) == 1
    with acting(scene.officer):
        again = Line.objects.select_related("batch").get(corrects=line)
        assert not Task.objects.filter(kind="money.reissue", state=TaskState.OPEN).exists()
    assert (again.kind, again.account_id, again.amount_fen) == (LineKind.REISSUE, version.pk, STANDARD)
    with pytest.raises(Conflict):
        actions.reissue_line(scene.officer, line)
    with pytest.raises(Refused):
        actions.reissue_all(scene.officer, order.payee_id)
    assert net(scene, order) == STANDARD, "the refused line counts, its re-issue not a second time"
    actions.sign_batch(scene.finance, again.batch)
    actions.mark_sent(scene.finance, again.batch)
    scene.answer(again.batch)
    with acting(scene.officer):
        assert Line.objects.get(pk=again.pk).state == LineState.PAID


def test_a_discarded_reissue_can_be_made_again(scene: Scene) -> None:
    order = scene.order()
    line = refused_line(scene, order)
    made = actions.reissue_line(scene.officer, line, {"same_account": True})
    actions.discard_batch(scene.officer, made.batch)
    assert actions.reissue_line(scene.officer, line, {"same_account": True}).pk != made.pk


def test_a_refused_payment_nobody_is_owed_stays_refused_with_a_reason(scene: Scene) -> None:
    order = scene.order()
    line = refused_line(scene, order)
    actions.keep_unpaid(scene.officer, line, {"why": "该儿童当月已迁出"})
    with acting(scene.officer):
        assert not Task.objects.filter(kind="money.refused_account", state=TaskState.OPEN).exists()
    with pytest.raises(Refused):
        actions.reissue_line(scene.officer, line, {"same_account": True})


def claim(scene: Scene, line: Line, fen: int) -> dict[str, object]:
    return {
        "parts": [{"line_id": line.pk, "amount_fen": fen}], "why": "ended_late",
        "reasons": "停发通知送达前多发了一个月。", "answer_due": "2026-12-10",
    }  # fmt: skip


def received(fen: int, **more: object) -> dict[str, object]:
    """What finance writes down of money that came back."""
    return {"amount_fen": fen, "received_on": "2026-11-23", "reference": "回单0041", "paid_by": "田某祖母"} | more


def test_a_recovery_is_put_to_the_payee_and_never_set_off(scene: Scene) -> None:
    order = scene.order(first=OCTOBER)
    line = paid_line(scene, order)
    recovery = actions.open_recovery(scene.officer, order, claim(scene, line, STANDARD))
    assert recovery.state == RecoveryState.NOTICED
    with acting(scene.officer):
        assert Task.objects.get(kind="money.recovery_answer", state=TaskState.OPEN).role == Role.COUNTY_OFFICER
    with pytest.raises(Conflict):
        actions.agree_plan(scene.officer, recovery, {"plan": "每月退还"})
    with pytest.raises(Conflict):
        actions.reverse_line(scene.officer, line, WHY)
    with pytest.raises(Invalid):
        actions.open_recovery(scene.officer, order, claim(scene, line, 1))
    october = scene.run([order], OCTOBER)
    assert (october.total_fen, october.booked_fen) == (STANDARD, 0), "the next payment is whole"
    actions.record_answer(scene.officer, recovery, {"answer": "同意分期", "answered_on": "2026-11-23"})
    actions.agree_plan(scene.officer, recovery, {"plan": "分两个月退还", "instalment_fen": STANDARD // 2})
    with pytest.raises(Refused):
        actions.record_repayment(scene.officer, recovery, received(STANDARD // 2))
    actions.record_repayment(scene.finance, recovery, received(STANDARD // 2))
    with pytest.raises(Invalid):
        actions.record_repayment(scene.finance, recovery, received(STANDARD))
    done = actions.record_repayment(scene.finance, recovery, received(STANDARD // 2))
    assert (done.state, done.returned_fen) == (RecoveryState.SETTLED, STANDARD)
    assert net(scene, order) == STANDARD, "november is back, october stands"


def test_a_discarded_repayment_is_owed_again(scene: Scene) -> None:
    order = scene.order()
    line = paid_line(scene, order)
    recovery = actions.open_recovery(scene.officer, order, claim(scene, line, 5_000))
    actions.record_repayment(scene.finance, recovery, received(5_000))
    with acting(scene.officer):
        batch = Line.objects.select_related("batch").get(recovery=recovery).batch
    actions.discard_batch(scene.finance, batch)
    with acting(scene.officer):
        again = Recovery.objects.get(pk=recovery.pk)
    assert (again.state, again.returned_fen) == (RecoveryState.AGREED, 0)


def test_finance_books_a_repayment_with_its_receipt_and_somebody_else_signs_it(scene: Scene) -> None:
    order = scene.order()
    recovery = actions.open_recovery(scene.officer, order, claim(scene, paid_line(scene, order), 5_000))
    with pytest.raises(Invalid) as wrong:
        actions.record_repayment(scene.finance, recovery, received(5_000, received_on="2026-11-24"))
    assert [error.field for error in wrong.value.errors] == ["received_on"]
    actions.record_repayment(scene.finance, recovery, received(2_000))
    with acting(scene.finance):
        kept = Repayment.objects.select_related("batch").get(recovery=recovery)
        task = Task.objects.get(kind="money.sign", state=TaskState.OPEN, on_id=kept.batch_id)
    assert (kept.amount_fen, kept.reference, kept.paid_by) == (2_000, "回单0041", "田某祖母")
    assert (kept.batch.booked_fen, task.role) == (-2_000, Role.COUNTY_OFFICER)
    with pytest.raises(Refused):
        actions.sign_batch(scene.finance, kept.batch)
    actions.sign_batch(scene.officer, kept.batch)
    assert actions.mark_sent(scene.finance, kept.batch).state == BatchState.SETTLED


def test_an_officer_signs_nothing_that_asks_the_bank_to_pay(scene: Scene) -> None:
    with pytest.raises(Refused):
        actions.sign_batch(scene.second, scene.run([scene.order()]))


def test_a_claim_on_a_month_at_the_bank_waits_and_goes_on_by_itself(scene: Scene) -> None:
    order = scene.order()
    batch = scene.sent([order])
    line = only_line(scene, batch)
    recovery = actions.open_recovery(scene.officer, order, claim(scene, line, STANDARD))
    assert recovery.state == RecoveryState.WAITING
    with acting(scene.officer):
        assert not Task.objects.filter(kind="money.recovery_answer", state=TaskState.OPEN).exists()
    with pytest.raises(Conflict):
        actions.record_repayment(scene.finance, recovery, received(5))
    scene.on(scene.now + timedelta(days=3)).answer(batch)
    with acting(scene.officer):
        told = Recovery.objects.get(pk=recovery.pk)
        assert Task.objects.filter(kind="money.recovery_answer", state=TaskState.OPEN, on_id=told.pk).exists()
    assert told.state == RecoveryState.NOTICED
    assert (told.noticed_on, told.answer_due) == (date(2026, 11, 26), date(2026, 12, 13)), "as many days as given first"


def test_a_payee_who_was_heard_while_the_money_was_at_the_bank_is_not_asked_again(scene: Scene) -> None:
    order = scene.order()
    batch = scene.sent([order])
    recovery = actions.open_recovery(scene.officer, order, claim(scene, only_line(scene, batch), STANDARD))
    heard = actions.record_answer(scene.officer, recovery, {"answer": "同意退回", "answered_on": "2026-11-23"})
    assert heard.state == RecoveryState.WAITING
    scene.answer(batch)
    with acting(scene.officer):
        assert Recovery.objects.get(pk=recovery.pk).state == RecoveryState.ANSWERED


def test_what_the_bank_returned_is_not_claimed_and_not_paid_again(scene: Scene) -> None:
    order = scene.order()
    batches = [scene.sent([order]), scene.sent([order], OCTOBER)]
    lines = [only_line(scene, batch) for batch in batches]
    parts = [{"line_id": line.pk, "amount_fen": STANDARD} for line in lines]
    recovery = actions.open_recovery(scene.officer, order, {**claim(scene, lines[0], 1), "parts": parts})
    scene.answer(batches[0], refused=[lines[0]])
    with acting(scene.officer):
        half = Recovery.objects.get(pk=recovery.pk)
    assert (half.state, half.amount_fen) == (RecoveryState.WAITING, STANDARD)
    with pytest.raises(Conflict):
        actions.reissue_line(scene.officer, lines[0], {"same_account": True})
    scene.answer(batches[1], refused=[lines[1]])
    with acting(scene.officer):
        assert Recovery.objects.get(pk=recovery.pk).state == RecoveryState.NOTHING


def test_a_payment_that_nobody_signed_is_held_out_and_not_claimed(scene: Scene) -> None:
    order = scene.order()
    line = only_line(scene, scene.run([order]))
    with pytest.raises(Invalid) as wrong:
        actions.open_recovery(scene.officer, order, claim(scene, line, 5))
    assert [(error.field, error.code) for error in wrong.value.errors] == [("parts.0.line_id", "too_early")]


def test_a_claim_must_fit_the_payments_and_leave_time(scene: Scene) -> None:
    order = scene.order()
    line = paid_line(scene, order)
    for wrong, field, code in (
        (claim(scene, line, STANDARD + 1), "parts.0.amount_fen", "out_of_range"),
        (claim(scene, paid_line(scene), 5), "parts.0.line_id", "invalid"),
        ({**claim(scene, line, 5), "answer_due": "2026-11-23"}, "answer_due", "too_early"),
        ({**claim(scene, line, 5), "parts": [{"line_id": line.pk, "amount_fen": 5}] * 2}, "parts", "duplicate"),
    ):
        with pytest.raises(Invalid) as refused:
            actions.open_recovery(scene.officer, order, wrong)
        assert [(error.field, error.code) for error in refused.value.errors] == [(field, code)]


def test_a_waived_claim_frees_the_payment(scene: Scene) -> None:
    order = scene.order()
    line = paid_line(scene, order)
    recovery = actions.open_recovery(scene.officer, order, claim(scene, line, STANDARD))
    actions.waive_recovery(scene.officer, recovery, {"why": "家庭特别困难"})
    assert actions.open_recovery(scene.officer, order, claim(scene, line, STANDARD)).pk


def test_the_statement_of_a_month_adds_up_and_later_ones_are_revisions(scene: Scene) -> None:
    orders = [scene.order(), scene.order()]
    batch = scene.sent(orders)
    scene.run(orders)
    with acting(scene.officer):
        first = Line.objects.filter(batch=batch).order_by("id")[0]
    scene.answer(batch, refused=[first])
    given = {"place_id": scene.county.pk, "month": NOVEMBER}
    made = actions.make_statement(scene.finance, given)
    sums = {(r["kind"], r["state"]): (r["count"], r["sum_fen"]) for r in made.content["lines"]}
    assert sums == {("regular", "paid"): (1, STANDARD), ("regular", "refused"): (1, STANDARD)}
    assert (made.revision, made.content["open_batches"]) == (1, 0)
    assert actions.make_statement(scene.finance, given).revision == 2
