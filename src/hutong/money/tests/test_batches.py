"""From the run to the settled batch: who may do what, and what can never happen."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from hutong.core.errors import Conflict, Invalid, NotFound, Refused
from hutong.core.models import JournalLine, Task
from hutong.core.terms import TaskState
from hutong.core.viewer import acting
from hutong.money import actions
from hutong.money.models import Batch, Line, Omission
from hutong.money.queries.relation import Relation
from hutong.money.terms import BatchState, LineState, Verdict
from hutong.money.tests.build import NOVEMBER, OCTOBER, STANDARD, Scene, county, relation_of, written_by
from hutong.org.terms import Role

pytestmark = pytest.mark.django_db


def lines_of(scene: Scene, batch: Batch) -> list[Line]:
    with acting(scene.officer):
        return list(Line.objects.filter(batch=batch).order_by("id"))


def open_tasks(scene: Scene, kind: str) -> int:
    with acting(scene.officer):
        return Task.objects.filter(kind=kind, state=TaskState.OPEN).count()


def test_a_run_pays_each_order_once_and_asks_finance_to_sign(scene: Scene) -> None:
    orders = [scene.order(), scene.order(place=scene.townships[1])]
    batch = scene.run(orders)
    assert (batch.state, batch.count, batch.total_fen, batch.told) == (BatchState.PREPARED, 2, 2 * STANDARD, {})
    lines = lines_of(scene, batch)
    assert {(x.order_id, x.child_id, x.month, x.state) for x in lines} == {
        (o.pk, o.child_id, NOVEMBER, LineState.PREPARED) for o in orders
    }
    assert all(x.account_id and x.rule_version == "test 2026.1" for x in lines)
    with acting(scene.finance):
        task = Task.objects.get(kind="money.sign")
        assert task.clock.limit == ("PAY-SIGN" if scene.now.date() > date(2026, 11, 20) else "PAY-DAY")
    assert (task.role, task.on_id) == (Role.COUNTY_FINANCE, batch.pk)


def test_a_run_is_signed_by_the_day_of_payment_sent_and_answered_in_time(scene: Scene) -> None:
    early = scene.on(scene.now.replace(day=9))
    order = early.order()
    batch = early.run([order])
    with acting(early.finance):
        task = Task.objects.get(kind="money.sign")
        assert (task.due_on, task.clock.evidence) == (date(2026, 11, 20), "M")
    actions.sign_batch(early.finance, batch)
    actions.mark_sent(early.finance, batch)
    with acting(early.officer):
        due = dict(Task.objects.values_list("kind", "due_on"))
        assert (due["money.send"], due["money.reconcile"]) == (date(2026, 11, 11), date(2026, 11, 16))
        running = Task.objects.filter(state=TaskState.OPEN, kind__in=("money.sign", "money.send", "money.reconcile"))
        assert set(running.values_list("kind", flat=True)) == {"money.reconcile"}


def test_a_second_run_of_the_month_pays_nobody_twice(scene: Scene) -> None:
    order = scene.order()
    scene.run([order])
    again = scene.run([order])
    assert (again.state, again.count, again.told) == (BatchState.DISCARDED, 0, {Verdict.ALREADY.value: 1})
    later = scene.order()
    third = scene.run([order, later])
    assert (third.count, third.told) == (1, {Verdict.ALREADY.value: 1})


def test_rows_that_repeat_within_one_relation_pay_once(scene: Scene) -> None:
    order = scene.order()
    batch = scene.run([order, order])
    assert (batch.count, batch.told) == (1, {Verdict.ALREADY.value: 1})


def test_a_filter_that_matches_nobody_pays_nobody(scene: Scene) -> None:
    scene.order()
    batch = scene.run([])
    assert (batch.state, batch.count, batch.total_fen) == (BatchState.DISCARDED, 0, 0)
    assert lines_of(scene, batch) == []
    with pytest.raises(Conflict):
        actions.sign_batch(scene.finance, batch)


def test_a_child_without_account_is_left_out_and_becomes_a_task(scene: Scene) -> None:
    paid, bare = scene.order(), scene.order(account=False)
    batch = scene.run([paid, bare])
    assert (batch.count, batch.told) == (1, {Verdict.NO_ACCOUNT.value: 1})
    with acting(scene.supervisor):
        task = Task.objects.get(kind="money.missing_account", state=TaskState.OPEN)
    assert (task.on_id, task.role, task.child_id) == (bare.pk, Role.TOWNSHIP_SUPERVISOR, bare.child_id)
    scene.run([paid, bare])
    assert open_tasks(scene, "money.missing_account") == 1
    scene.account(bare.payee_id)
    assert open_tasks(scene, "money.missing_account") == 0
    late = scene.run([paid, bare])
    assert [x.order_id for x in lines_of(scene, late)] == [bare.pk]


def test_months_outside_the_order_suspended_future_and_zero_rows_are_counted_not_paid(scene: Scene) -> None:
    ended, suspended, young, none = (scene.order() for _ in range(4))
    actions.end_order(scene.officer, ended, {"last_month": OCTOBER})
    actions.suspend_order(scene.officer, suspended, {"from_month": NOVEMBER})
    batch = scene.run([ended, suspended, none], amounts=[STANDARD, STANDARD, 0])
    assert batch.told == {"outside": 1, "suspended": 1, "zero": 1}
    early = actions.prepare_batch(
        scene.officer,
        {"place_id": scene.county.pk, "month": NOVEMBER, "relation": relation_of([young], date(2026, 12, 1))},
    )
    assert early.told == {"early": 1}
    actions.resume_order(scene.officer, suspended)
    assert scene.run([suspended]).count == 1


def test_rows_of_another_place_or_with_gaps_are_held_out_alone_and_tasked(scene: Scene, now: datetime) -> None:
    mine, other = scene.order(), county(now, slot=10).order()
    batch = scene.run([mine, other])
    assert (batch.count, batch.told) == (1, {"elsewhere": 1})
    bad, short = scene.order(), scene.order()
    with acting(scene.officer):
        relation = relation_of([bad, short], amounts=[-5, STANDARD])
    batch = actions.prepare_batch(scene.officer, {"place_id": scene.county.pk, "month": NOVEMBER, "relation": relation})
    assert (batch.count, batch.told) == (1, {"malformed": 1})
    with acting(scene.officer):
        row = Omission.objects.get(batch=batch)
        assert (row.order_id, row.verdict, row.month) == (bad.pk, Verdict.MALFORMED, NOVEMBER)
        task = Task.objects.get(kind="money.held_out", state=TaskState.OPEN)
        assert (task.on_id, task.role, task.child_id) == (bad.pk, Role.COUNTY_OFFICER, bad.child_id)
    assert scene.run([scene.order()], kind="bonus").told == {"malformed": 1}
    assert scene.run([scene.order()], kind="arrears").told == {"malformed": 1}
    scene.run([bad])
    with acting(scene.officer):
        assert not Task.objects.filter(kind="money.held_out", state=TaskState.OPEN, on_id=bad.pk).exists()


def test_nothing_from_outside_becomes_a_relation(scene: Scene) -> None:
    for foreign in ({"sql": "select 1", "params": {}}, "select 1", None):
        with pytest.raises(Invalid):
            actions.prepare_batch(scene.officer, {"place_id": scene.county.pk, "month": NOVEMBER, "relation": foreign})
    assert "Relation" not in str(actions.prepare_batch.input.model_json_schema())
    assert str(Relation("select 1", {"b": 1})) == "select 1 [('b', 1)]"


def test_only_the_level_that_pays_prepares_inside_its_own_area(scene: Scene, now: datetime) -> None:
    given = {"place_id": scene.county.pk, "month": NOVEMBER, "relation": relation_of([])}
    with pytest.raises(Refused):
        actions.prepare_batch(scene.finance, given)
    with pytest.raises(Refused):
        actions.prepare_batch(county(now, slot=10).officer, given)
    with pytest.raises(Refused):
        actions.prepare_batch(scene.viewer(Role.CITY_OFFICER), given)


def test_the_maker_cannot_sign_by_action_nor_by_sql(scene: Scene) -> None:
    batch = scene.run([scene.order()])
    both = scene.viewer(Role.COUNTY_FINANCE, Role.COUNTY_OFFICER.value)
    with pytest.raises(Refused):
        actions.sign_batch(both, batch)
    with pytest.raises(DatabaseError, match="batch_two_people"), written_by("money", scene.now):
        Batch.objects.filter(pk=batch.pk).update(signer_id=batch.maker_id)
    with pytest.raises(DatabaseError, match="batch_signed"), written_by("money", scene.now):
        Batch.objects.filter(pk=batch.pk).update(state=BatchState.SIGNED)


def test_a_total_above_the_band_is_signed_by_the_next_post(scene: Scene) -> None:
    actions.set_signing_bands(
        scene.officer,
        {
            "place_id": scene.county.pk, "valid_from": scene.now.date(), "basis": "试县财政局 2026-1",
            "bands": [{"limit_fen": STANDARD, "role": "county_finance"}, {"limit_fen": None, "role": "city_officer"}],
        },
    )  # fmt: skip
    small, large = scene.run([scene.order()]), scene.run([scene.order(), scene.order()])
    with pytest.raises(Refused):
        actions.sign_batch(scene.finance, large)
    assert actions.sign_batch(scene.viewer(Role.CITY_OFFICER), large).state == BatchState.SIGNED
    assert actions.sign_batch(scene.finance, small).state == BatchState.SIGNED


def test_bands_need_one_without_limit_and_posts_that_sign(scene: Scene) -> None:
    base = {"place_id": scene.county.pk, "valid_from": scene.now.date(), "basis": "试县财政局 2026-1"}
    for bands in (
        [{"limit_fen": 5, "role": "county_finance"}],
        [{"limit_fen": None, "role": "village_director"}],
        [{"limit_fen": None, "role": "county_finance"}, {"limit_fen": None, "role": "city_officer"}],
    ):
        with pytest.raises(Invalid):
            actions.set_signing_bands(scene.officer, {**base, "bands": bands})


def test_a_discarded_batch_keeps_its_lines_void_and_frees_the_month(scene: Scene) -> None:
    order = scene.order()
    batch = scene.run([order])
    actions.discard_batch(scene.officer, batch)
    assert [x.state for x in lines_of(scene, batch)] == [LineState.VOID]
    assert open_tasks(scene, "money.sign") == 0
    assert scene.run([order]).count == 1


def test_a_signed_batch_cannot_be_discarded_nor_changed_by_sql(scene: Scene) -> None:
    batch = scene.run([scene.order()])
    actions.sign_batch(scene.finance, batch)
    with pytest.raises(Conflict):
        actions.discard_batch(scene.officer, batch)
    line = lines_of(scene, batch)[0]
    for statement in (
        f"update money_line set amount_fen = 1 where id = {line.pk}",
        f"update money_line set account_id = null where id = {line.pk}",
        f"update money_line set place_key = 5 where id = {line.pk}",
        f"update money_line set state = 'void' where id = {line.pk}",
        f"update money_line set state = 'paid' where id = {line.pk}",
        f"delete from money_line where id = {line.pk}",
        f"update money_batch set total_fen = 1 where id = {batch.pk}",
        f"update money_batch set state = 'prepared' where id = {batch.pk}",
        f"delete from money_batch where id = {batch.pk}",
        "truncate money_line cascade",
        f"""insert into money_line (version, batch_id, order_id, child_id, account_id, item, month, kind, state,
              amount_fen, rule_version, reason_code, refusal, place_key)
            select 1, batch_id, order_id, child_id, account_id, item, '2026-10-01', kind, 'prepared', 1, '', '', '',
              place_key from money_line where id = {line.pk}""",
    ):
        with pytest.raises(DatabaseError), written_by("money", scene.now), connection.cursor() as cursor:
            cursor.execute(statement)
    assert lines_of(scene, batch)[0].amount_fen == STANDARD


def test_lines_of_an_unsigned_batch_cannot_be_edited_either(scene: Scene) -> None:
    batch = scene.run([scene.order()])
    with pytest.raises(DatabaseError, match="never edited"), written_by("money", scene.now):
        Line.objects.filter(batch=batch).update(amount_fen=1)


def test_a_batch_whose_totals_do_not_fit_its_lines_cannot_be_signed(scene: Scene) -> None:
    batch = scene.run([scene.order()])
    with written_by("money", scene.now):
        Batch.objects.filter(pk=batch.pk).update(total_fen=1)
    with pytest.raises(DatabaseError, match="does not add up"), transaction.atomic():
        actions.sign_batch(scene.finance, batch)


def test_a_quarterly_place_pays_three_months_in_march_june_september_december(scene: Scene) -> None:
    from hutong.money.queries.rules import due_months

    actions.set_rhythm(
        scene.officer,
        {"place_id": scene.county.pk, "every_months": 3, "valid_from": OCTOBER, "basis": "试县民政局 2026-3"},
    )
    december = date(2026, 12, 1)
    with pytest.raises(Refused, match="2026-12"):
        scene.run([scene.order()])
    assert due_months(scene.county.key, december) == [OCTOBER, NOVEMBER, december]
    assert due_months(scene.townships[0].key, NOVEMBER) == []
    order = scene.order()
    relation = relation_of([order] * 3, december)
    three = Relation(
        relation.sql.replace("%(t_month)s::date", "(%(t_month)s::date - make_interval(months => n))::date").replace(
            "as t(order_id, child_id, amount_fen, corrects_id)", "with ordinality as t(order_id, child_id, amount_fen,"
            " corrects_id, nth) cross join lateral (select (nth - 1)::int as n) m"),
        relation.params,
    )  # fmt: skip
    then = scene.on(scene.now.replace(month=12))
    batch = actions.prepare_batch(then.officer, {"place_id": scene.county.pk, "month": december, "relation": three})
    assert sorted(x.month for x in lines_of(scene, batch)) == [OCTOBER, NOVEMBER, december]


def test_a_township_with_its_own_rhythm_rests_inside_the_county_run(scene: Scene) -> None:
    first, second = scene.order(), scene.order(place=scene.townships[1])
    actions.set_rhythm(
        scene.officer,
        {"place_id": scene.townships[1].pk, "every_months": 3, "valid_from": OCTOBER, "basis": "试镇 2026-3"},
    )
    batch = scene.run([first, second])
    assert (batch.count, batch.told) == (1, {"early": 1})


def test_arrears_name_the_line_they_correct_and_come_once_in_a_run(scene: Scene) -> None:
    order, other = scene.order(), scene.order()
    paid = scene.sent([order, other], OCTOBER)
    scene.answer(paid)
    line, foreign = lines_of(scene, paid)
    batch = scene.run([order] * 2, OCTOBER, amounts=[5000, 5000], kind="arrears", corrects=[line.pk] * 2)
    assert [(x.corrects_id, x.amount_fen) for x in lines_of(scene, batch)] == [(line.pk, 5000)]
    wrong = scene.run([order], OCTOBER, amounts=[5000], kind="arrears", corrects=[foreign.pk])
    assert (wrong.count, wrong.told) == (0, {"malformed": 1})


def test_another_county_neither_sees_nor_touches_the_batch(scene: Scene, now: datetime) -> None:
    batch = scene.run([scene.order()])
    stranger = county(now, slot=10)
    with acting(stranger.finance):
        assert not Line.objects.exists()
        assert not Batch.objects.exists()
    with pytest.raises(NotFound):
        actions.sign_batch(stranger.finance, batch.pk)
    assert JournalLine.objects.filter(kind="not_found", what="money.sign_batch", on_id=batch.pk).exists()


def test_parameters_are_kept_once(scene: Scene) -> None:
    first = actions.keep_parameters(scene.officer, {"content": {"standard_fen": STANDARD}})
    assert actions.keep_parameters(scene.officer, {"content": {"standard_fen": STANDARD}}) == first
    assert actions.keep_parameters(scene.officer, {"content": {"standard_fen": 1}}) != first
