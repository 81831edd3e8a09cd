"""Who is never paid, whatever a relation says; who pays; and a run that adds up."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from hutong.core.errors import Invalid, Refused
from hutong.core.jobs import run_reaction
from hutong.core.models import EventLine, Task
from hutong.core.terms import TaskState
from hutong.core.viewer import acting
from hutong.money import actions
from hutong.money.models import Batch, Hold, Line, Omission, Order, Payee
from hutong.money.queries.preview import Looked, Preview, preview, rows_behind
from hutong.money.queries.rules import paid_elsewhere, paying_level, shared_limit
from hutong.money.terms import BatchState, LineState, PayingLevel, Step, Verdict
from hutong.money.tests.build import NOVEMBER, OCTOBER, STANDARD, Scene, county, relation_of, written_by
from hutong.org.terms import Role
from hutong.people.actions import keep_apart, merge_children
from hutong.people.models import Child, Relation

pytestmark = pytest.mark.django_db


def asked(scene: Scene, order: Order) -> bool:
    with acting(scene.officer):
        return Task.objects.filter(kind="money.held_out", state=TaskState.OPEN, on_id=order.pk).exists()


def change(scene: Scene, order: Order, **facts: object) -> None:
    with written_by("people", scene.now):
        Child.objects.filter(pk=order.child_id).update(**facts)


def compare(scene: Scene, order: Order) -> None:
    """The county is asked whether the child has another file."""
    with written_by("core", scene.now):
        child = Child.objects.get(pk=order.child_id)
        Task.objects.create(
            kind="people.resolve_duplicate", on_label="people.child", on_id=child.pk, child_id=child.pk,
            place_key=child.actual_key, role=Role.COUNTY_OFFICER,
        )  # fmt: skip


def test_a_child_recorded_as_dead_is_not_paid_for_the_months_after_the_death(scene: Scene) -> None:
    died, alive = scene.order(), scene.order()
    scene.guardian(died)
    change(scene, died, died_on=date(2026, 10, 31))
    batch = scene.run([died, alive])
    assert (batch.count, batch.told) == (1, {"died": 1})
    assert asked(scene, died)
    assert scene.run([died], OCTOBER).count == 1, "the month of the death is still due"


def test_nobody_pays_into_the_account_of_a_dead_child(scene: Scene) -> None:
    order = scene.order()
    change(scene, order, died_on=date(2026, 11, 3))
    assert scene.run([order]).told == {"payee_gone": 1}


@pytest.mark.parametrize(
    ("fact", "held"),
    [
        ({"status": "dead"}, True),
        ({"status": "prison"}, True),
        ({"status": "guardianship_revoked"}, True),
        ({"status": "prison", "until": NOVEMBER}, False),
        ({"status": "dead", "state": "reported"}, False),
        ({"status": "lost_contact"}, False),
        ({"status": "serious_illness"}, False),
    ],
)
def test_a_payee_recorded_as_dead_jailed_or_removed_is_not_paid(
    scene: Scene, fact: dict[str, object], held: bool
) -> None:
    order = scene.order()
    scene.guardian(order, **fact)
    assert scene.run([order]).told == ({"payee_gone": 1} if held else {})


def test_the_same_father_is_not_paid_for_a_child_whose_file_does_not_tell(scene: Scene) -> None:
    told, other = scene.order(), scene.order()
    relation = scene.guardian(told, status="dead")
    with acting(scene.officer):
        payee = Order.objects.get(pk=told.pk).payee_id
        account = Payee.objects.get(pk=payee)
    with written_by("people", scene.now):
        Relation.objects.create(child_id=other.child_id, person_id=relation.person_id, bond="carer")
    with written_by("money", scene.now):
        Order.objects.filter(pk=other.pk).update(payee=account)
    assert scene.run([told, other]).told == {"payee_gone": 2}


def test_a_guardian_whose_bond_has_ended_is_not_paid(scene: Scene) -> None:
    order = scene.order()
    relation = scene.guardian(order, bond="guardian")
    assert scene.run([order], OCTOBER).count == 1
    with written_by("people", scene.now):
        Relation.objects.filter(pk=relation.pk).update(valid_to=NOVEMBER)
    assert scene.run([order]).told == {"payee_gone": 1}


def test_two_files_of_one_child_are_paid_once(scene: Scene) -> None:
    first, second, other = scene.order(), scene.order(), scene.order()
    for order, key in ((first, b"1" * 16), (second, b"1" * 16), (other, b"2" * 16)):
        change(scene, order, identity_key=key)
    batch = scene.run([second, first, other])
    assert batch.told == {"twin": 1}
    with acting(scene.officer):
        assert Omission.objects.get(batch=batch).order_id == second.pk


def test_a_file_that_is_being_compared_waits_until_the_county_has_decided(scene: Scene) -> None:
    order, alone = scene.order(), scene.order()
    other = scene.order()
    for one in (order, other):
        change(scene, one, birth_date=date(2015, 6, 15), fuzzy_key=7)
    for one in (order, alone):
        compare(scene, one)
    assert scene.run([order, alone, other]).told == {"twin": 1}
    with acting(scene.officer):
        child = Child.objects.get(pk=order.child_id)
    for one, key in ((order, b"1" * 16), (other, b"2" * 16)):
        change(scene, one, identity_key=key)
    assert scene.run([order], OCTOBER).count == 1, "two numbers, two children"
    change(scene, order, identity_key=None)
    assert scene.run([order]).told == {"twin": 1}
    keep_apart(scene.officer, child, {"why": "两人学校不同，已当面核对"})
    assert scene.run([order]).count == 1
    assert not asked(scene, order)


def test_of_two_files_that_are_both_being_compared_the_older_order_goes_on(scene: Scene) -> None:
    first, second = scene.order(), scene.order()
    for one in (first, second):
        change(scene, one, birth_date=date(2015, 6, 15), fuzzy_key=7)
        compare(scene, one)
    batch = scene.run([second, first])
    assert batch.told == {"twin": 1}
    with acting(scene.officer):
        assert Omission.objects.get(batch=batch).order_id == second.pk


def test_two_orders_of_one_child_after_a_merge_pay_once_and_somebody_says_which_stays(scene: Scene) -> None:
    first, second = scene.order(), scene.order()
    with acting(scene.officer):
        kept, other = Child.objects.get(pk=first.child_id), Child.objects.get(pk=second.child_id)
    merge_children(scene.officer, kept, {"merged_no": other.child_no, "why": "两份档案同一身份证号，已当面核对"})
    with acting(scene.officer):
        event = EventLine.objects.filter(name="people.children_merged").latest("id")
    run_reaction("money.one_order", event.pk)
    assert asked(scene, second)
    assert not asked(scene, first)
    with acting(scene.officer):
        orders = list(Order.objects.filter(child=kept).order_by("id"))
    assert [order.pk for order in orders] == [first.pk, second.pk]
    batch = scene.run(orders)
    assert batch.told == {"twin": 1}
    with acting(scene.officer):
        assert Line.objects.get(batch=batch).order_id == first.pk


def test_one_account_for_many_children_is_paid_once_somebody_else_confirmed_it(scene: Scene) -> None:
    number = next(scene.numbers)
    orders = [scene.order(account=False) for _ in range(4)]
    versions = [scene.account(order.payee_id, number) for order in orders]
    few = scene.run(orders[:3], OCTOBER)
    assert few.told == {"shared": 3}, "all orders of the account count, not only those of the run"
    with pytest.raises(Refused):
        actions.confirm_shared_account(scene.officer, versions[0], {"most": 4, "why": "祖母抚养四名孙辈"})
    with pytest.raises(Invalid):
        actions.confirm_shared_account(scene.second, versions[0], {"most": 3, "why": "祖母抚养四名孙辈"})
    actions.confirm_shared_account(scene.second, versions[0], {"most": 4, "why": "祖母抚养四名孙辈"})
    assert scene.run(orders).count == 4
    fifth = scene.order(account=False)
    scene.account(fifth.payee_id, number)
    assert scene.run([fifth]).told == {"shared": 1}


def test_each_place_says_from_how_many_children_an_account_is_confirmed(scene: Scene) -> None:
    number = next(scene.numbers)
    orders = [scene.order(account=False) for _ in range(3)]
    for order in orders:
        scene.account(order.payee_id, number)
    rule = {"most": 3, "valid_from": "2026-11-01", "basis": "试县民政局 2026-3"}
    assert scene.run(orders, OCTOBER).count == 3, "the default of four"
    actions.set_shared_limit(scene.officer, rule | {"place_id": scene.county.pk})
    with acting(scene.officer):
        assert shared_limit(scene.county.key, date(2026, 10, 31)).evidence == "M", (
            "a default is not a rule of the place"
        )
        assert shared_limit(scene.townships[0].key, NOVEMBER).children == 3, "the nearest place upward"
    assert scene.run(orders).told == {"shared": 3}
    town = rule | {"place_id": scene.townships[0].pk, "most": 5}
    actions.set_shared_limit(scene.officer, town)
    assert scene.run(orders).count == 3, "the township's own word is nearer"
    with pytest.raises(Invalid):
        actions.set_shared_limit(scene.officer, town)


def test_an_account_over_two_places_keeps_the_stricter_limit(scene: Scene) -> None:
    number = next(scene.numbers)
    orders = [scene.order(account=False, place=scene.townships[n]) for n in (0, 0, 1)]
    for order in orders:
        scene.account(order.payee_id, number)
    rule = {"place_id": scene.townships[1].pk, "valid_from": "2026-11-01", "basis": "试镇政府 2026-3"}
    actions.set_shared_limit(scene.officer, rule | {"most": 3})
    assert scene.run(orders).told == {"shared": 3}


def test_a_child_that_another_county_pays_waits_and_nothing_of_the_other_is_told(scene: Scene, now: datetime) -> None:
    far = county(now, slot=8)
    theirs, ours, alone = far.order(), scene.order(), scene.order()
    for order in (theirs, ours):
        change(scene, order, identity_key=b"3" * 16)
    batch = scene.run([ours, alone])
    assert (batch.count, batch.told) == (1, {"twin_far": 1})
    with acting(scene.officer):
        said = Task.objects.get(kind="money.held_out", state=TaskState.OPEN, on_id=ours.pk)
        assert not Order.objects.visible_to(scene.officer).filter(pk=theirs.pk).exists()
    assert far.county.name not in said.note
    assert far.townships[0].name not in said.note
    assert far.run([theirs]).count == 1, "the earlier order goes on"
    with written_by("money", scene.now):
        Order.objects.filter(pk=theirs.pk).update(state="ended", last_month=OCTOBER)
    assert scene.run([ours]).count == 1


def test_one_payment_is_held_out_with_a_reason_and_paid_once_somebody_else_settled_it(scene: Scene) -> None:
    held, other = scene.order(), scene.order()
    batch = scene.run([held, other])
    with acting(scene.finance):
        line = Line.objects.get(batch=batch, order=held)
    hold = actions.hold_line(scene.finance, line, {"why": "户名与本人不符"})
    with acting(scene.officer):
        batch = Batch.objects.get(pk=batch.pk)
        assert (batch.count, batch.total_fen, batch.told) == (1, STANDARD, {"held": 1})
        assert Line.objects.get(pk=line.pk).state == LineState.VOID
        task = Task.objects.get(kind="money.held_out", state=TaskState.OPEN)
        assert (task.on_id, task.note) == (held.pk, "户名与本人不符")
    actions.sign_batch(scene.finance, batch)
    assert scene.run([held]).told == {"held": 1}
    with pytest.raises(Refused):
        actions.lift_hold(
            scene.viewer(Role.COUNTY_OFFICER, Role.COUNTY_FINANCE.value), hold, {"lifted_why": "已当面核对"}
        )
    actions.lift_hold(scene.officer, hold, {"lifted_why": "户名已更正"})
    assert scene.run([held]).count == 1
    assert not asked(scene, held)


def test_a_signed_payment_cannot_be_held_out_and_a_batch_of_one_ends_with_it(scene: Scene) -> None:
    order = scene.order()
    batch = scene.run([order])
    with acting(scene.officer):
        line = Line.objects.get(batch=batch)
    actions.hold_line(scene.officer, line, {"why": "户名与本人不符"})
    with acting(scene.officer):
        assert Batch.objects.get(pk=batch.pk).state == BatchState.DISCARDED
        assert Hold.objects.count() == 1
    signed = scene.run([scene.order()])
    actions.sign_batch(scene.finance, signed)
    with acting(scene.officer):
        line = Line.objects.get(batch=signed)
    with pytest.raises(Refused):
        actions.hold_line(scene.officer, line, {"why": "户名与本人不符"})


# ---- who pays


def declare(scene: Scene, level: str, month: date, place_id: int | None = None) -> None:
    city = scene.county.parent
    assert city is not None
    actions.set_payer(
        scene.viewer(Role.CITY_OFFICER, place=city),
        {"place_id": place_id or city.pk, "level": level, "valid_from": month, "basis": "试市民政局 2026-7"},
    )


def test_a_month_that_has_not_begun_is_not_prepared(scene: Scene) -> None:
    with pytest.raises(Refused):
        scene.run([scene.order()], date(2026, 12, 1))


def test_a_city_pays_only_where_it_was_named_and_from_a_month_to_come(scene: Scene) -> None:
    order, city = scene.order(), scene.county.parent
    assert city is not None
    with pytest.raises(Invalid):
        declare(scene, "city", NOVEMBER)
    declare(scene, "city", date(2026, 12, 1))
    assert paying_level(scene.county.key, NOVEMBER) == PayingLevel.COUNTY
    assert scene.run([order]).count == 1
    with acting(scene.officer):
        task = Task.objects.get(kind="money.paid_by_others")
        assert "试市民政局 2026-7" in task.note
    later = scene.on(scene.now.replace(month=12))
    december = date(2026, 12, 1)
    with pytest.raises(Refused, match="市级"):
        later.run([order], december)
    given = {"place_id": city.pk, "month": december, "relation": relation_of([order], december)}
    batch = actions.prepare_batch(later.viewer(Role.CITY_OFFICER, place=city), given)
    assert batch.count == 1


def test_a_city_without_an_entry_takes_no_month_of_its_counties(scene: Scene) -> None:
    order, city = scene.order(), scene.county.parent
    assert city is not None
    given = {"place_id": city.pk, "month": NOVEMBER, "relation": relation_of([order])}
    with pytest.raises(Refused):
        actions.prepare_batch(scene.viewer(Role.CITY_OFFICER, place=city), given)


def test_a_county_that_keeps_paying_is_cut_out_of_the_run_of_its_city(scene: Scene) -> None:
    order, city = scene.order(), scene.county.parent
    assert city is not None
    december = date(2026, 12, 1)
    declare(scene, "city", december)
    declare(scene, "county", december, scene.county.pk)
    later = scene.on(scene.now.replace(month=12))
    given = {"place_id": city.pk, "month": december, "relation": relation_of([order], december)}
    assert actions.prepare_batch(later.viewer(Role.CITY_OFFICER, place=city), given).told == {"other_office": 1}
    assert paid_elsewhere(scene.county.key, december) == []
    assert later.run([order], december).count == 1


# ---- a run that adds up


def seen(scene: Scene, at: Looked) -> Preview:
    with acting(scene.officer):
        return preview(scene.officer, at)


def sums(found: Preview) -> dict[str, tuple[int, int]]:
    return {step.value: figures for step, figures in found.steps.items() if figures != (0, 0)}


def test_a_run_adds_up_from_the_last_one_before_and_after_it_is_prepared(scene: Scene, now: datetime) -> None:
    same, gone, raised, lowered, missed = (scene.order() for _ in range(5))
    paid = scene.sent([same, gone, raised, lowered], OCTOBER)
    scene.answer(paid)
    new = scene.order()
    relation = relation_of([same, raised, lowered, new], amounts=[STANDARD, STANDARD + 500, STANDARD - 300, 1000])
    earlier = relation_of([missed], OCTOBER)
    renamed = {f"e_{name[2:]}": value for name, value in earlier.params.items()}
    both = type(relation)(
        f"{relation.sql} union all {earlier.sql.replace('%(t_', '%(e_')}", {**relation.params, **renamed}
    )
    expected = {
        "before": (4, 4 * STANDARD), "new": (1, 1000), "gone": (1, -STANDARD), "raised": (1, 500),
        "lowered": (1, -300), "this": (4, 3 * STANDARD + 1200), "earlier": (1, STANDARD),
    }  # fmt: skip
    ahead = seen(scene, Looked(scene.county.key, NOVEMBER, both))
    assert sums(ahead) == expected
    steps = ahead.steps
    led = [steps.get(s, (0, 0)) for s in (Step.BEFORE, Step.NEW, Step.GONE, Step.RAISED, Step.LOWERED)]
    assert sum(fen for _people, fen in led) == steps[Step.THIS][1]
    assert led[0][0] + led[1][0] - led[2][0] == steps[Step.THIS][0]
    given = {"place_id": scene.county.pk, "month": NOVEMBER, "relation": both}
    batch = actions.prepare_batch(scene.officer, given)
    made = seen(scene, Looked(scene.county.key, NOVEMBER, batches=(batch.pk,)))
    assert sums(made) == expected
    assert made.total_fen == ahead.total_fen == batch.total_fen
    with acting(scene.officer):
        at = Looked(scene.county.key, NOVEMBER, batches=(batch.pk,))
        rows = rows_behind(scene.officer, at, Step.GONE)
        assert [(r.order_id, r.before_fen, r.amount_fen) for r in rows] == [(gone.pk, STANDARD, None)]
        assert [r.order_id for r in rows_behind(scene.officer, at, Step.EARLIER)] == [missed.pk]


def test_who_another_batch_of_the_month_pays_is_not_told_as_gone(scene: Scene) -> None:
    first, second = scene.order(), scene.order()
    scene.run([first, second], OCTOBER)
    scene.run([first])
    batch = scene.run([second])
    found = sums(seen(scene, Looked(scene.county.key, NOVEMBER, batches=(batch.pk,))))
    assert found == {"before": (2, 2 * STANDARD), "another": (1, -STANDARD), "this": (1, STANDARD)}


def test_the_names_of_those_left_out_stand_in_the_batch(scene: Scene) -> None:
    bare, paid = scene.order(account=False), scene.order()
    batch = scene.run([bare, paid])
    with acting(scene.finance):
        rows = Omission.objects.visible_to(scene.finance).filter(batch=batch)
        assert [(row.child_id, row.verdict) for row in rows] == [(bare.child_id, Verdict.NO_ACCOUNT)]
    with acting(scene.officer):
        at = Looked(scene.county.key, NOVEMBER, batches=(batch.pk,))
        assert [r.order_id for r in rows_behind(scene.officer, at, Verdict.NO_ACCOUNT)] == [bare.pk]
