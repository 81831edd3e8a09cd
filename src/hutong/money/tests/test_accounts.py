"""Accounts and payees: proof, two people, nothing edited, nothing readable that need not be."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection

from hutong.core.access import MASK, shown
from hutong.core.crypto import CannotOpen
from hutong.core.errors import Conflict, Invalid, NotFound, Refused
from hutong.core.models import JournalLine, Task
from hutong.core.terms import TaskState
from hutong.core.viewer import acting
from hutong.money import actions
from hutong.money.models import AccountVersion, Line, Order
from hutong.money.queries.accounts import account_number
from hutong.money.terms import AccountState, PayeeKind
from hutong.money.tests.build import Scene, account_input, card_numbers, written_by
from hutong.org.terms import Role

pytestmark = pytest.mark.django_db


def test_an_account_needs_proof_and_two_people(scene: Scene) -> None:
    order = scene.order(account=False)
    number = next(scene.numbers)
    with pytest.raises(Invalid):
        actions.propose_account(scene.supervisor, order.payee_id, account_input(number, proof=None))
    version = actions.propose_account(scene.officer, order.payee_id, account_input(number))
    with pytest.raises(Refused):
        actions.approve_account(scene.officer, version)
    with acting(scene.second):
        assert Task.objects.filter(kind="money.approve_account", on_id=version.pk, state=TaskState.OPEN).exists()
    assert actions.approve_account(scene.second, version).state == AccountState.APPROVED
    with pytest.raises(Conflict):
        actions.approve_account(scene.second, version)


def test_the_database_refuses_one_person_for_both(scene: Scene) -> None:
    order = scene.order(account=False)
    version = actions.propose_account(scene.officer, order.payee_id, account_input(next(scene.numbers)))
    with pytest.raises(DatabaseError, match="account_two_people"), written_by("money", scene.now):
        AccountVersion.objects.filter(pk=version.pk).update(approved_by_id=version.proposed_by_id)
    with pytest.raises(DatabaseError, match="account_approved_by_somebody"), written_by("money", scene.now):
        AccountVersion.objects.filter(pk=version.pk).update(state="approved")


def test_versions_are_never_edited(scene: Scene) -> None:
    order = scene.order()
    with acting(scene.officer):
        version = AccountVersion.objects.get(payee=order.payee_id)
    for statement in (
        "update money_accountversion set last4 = '0000' where id = %s",
        "update money_accountversion set state = 'declined' where id = %s",
        "delete from money_accountversion where id = %s",
    ):
        with pytest.raises(DatabaseError, match="never"), written_by("money", scene.now):
            connection.cursor().execute(statement, [version.pk])


def test_the_number_is_sealed_to_its_row_and_masked(scene: Scene) -> None:
    number = next(card_numbers(77))
    order = scene.order(account=False)
    version = scene.account(order.payee_id, number)
    assert number.encode() not in bytes(version.number)
    assert account_number(version) == number
    assert version.masked.endswith(number[-4:])
    assert number not in version.masked
    assert shown(scene.supervisor, version, "number") == MASK
    other = scene.account(scene.order(account=False).payee_id)
    version.number = other.number
    with pytest.raises(CannotOpen):
        account_number(version)


def test_showing_the_whole_number_asks_for_a_purpose_and_is_journalled(scene: Scene) -> None:
    with acting(scene.officer):
        version = AccountVersion.objects.get(payee=scene.order().payee_id)
    with pytest.raises(Invalid):
        actions.open_account_number(scene.second, version, {"purpose": ""})
    with pytest.raises(Refused):
        actions.open_account_number(scene.supervisor, version, {"purpose": "核对"})
    actions.open_account_number(scene.second, version, {"purpose": "与银行核对"})
    assert JournalLine.objects.filter(kind="opened", on_id=version.pk, purpose="与银行核对").exists()


@pytest.mark.parametrize("slip", ["digit", "swap"])
def test_a_slip_in_a_card_number_is_found(scene: Scene, slip: str) -> None:
    number = next(card_numbers(4_711))
    wrong = f"{number[:-2]}{(int(number[-2]) + 1) % 10}{number[-1]}"
    if slip == "swap":
        at = next(n for n in range(10, 17) if number[n] != number[n + 1])
        wrong = f"{number[:at]}{number[at + 1]}{number[at]}{number[at + 2 :]}"
    payee = scene.order(account=False).payee_id
    with pytest.raises(Invalid, match=r"校验位|check digit"):
        actions.propose_account(scene.officer, payee, account_input(wrong))
    assert actions.propose_account(scene.officer, payee, account_input(wrong, number_compared=True)).pk


@pytest.mark.parametrize("number", ["", "12", "6222x00012345", "1" * 40, "=1+1"])
def test_what_is_no_number_is_refused(scene: Scene, number: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.propose_account(scene.officer, scene.order(account=False).payee_id, account_input(number))
    assert refused.value.errors[0].where == "账号"


def test_a_renamed_program_is_no_proof(scene: Scene) -> None:
    given = account_input(next(scene.numbers), proof={"name": "卡.png", "data": b"MZ\x90\x00" + b"\x00" * 64})
    with pytest.raises(Invalid):
        actions.propose_account(scene.officer, scene.order(account=False).payee_id, given)


def test_one_proposal_at_a_time_and_a_declined_one_stays_on_file(scene: Scene) -> None:
    payee = scene.order(account=False).payee_id
    first = actions.propose_account(scene.officer, payee, account_input(next(scene.numbers)))
    with pytest.raises(Conflict):
        actions.propose_account(scene.officer, payee, account_input(next(scene.numbers)))
    actions.decline_account(scene.second, first, {"why": "照片看不清"})
    actions.propose_account(scene.officer, payee, account_input(next(scene.numbers)))
    with acting(scene.officer):
        states = AccountVersion.objects.filter(payee=payee).order_by("id").values_list("state", flat=True)
        assert list(states) == [AccountState.DECLINED, AccountState.PROPOSED]


def test_a_line_keeps_the_account_it_was_written_with(scene: Scene) -> None:
    order = scene.order()
    batch = scene.run([order])
    newer = scene.account(order.payee_id)
    with acting(scene.officer):
        line = Line.objects.get(batch=batch)
    assert line.account_id != newer.pk
    actions.discard_batch(scene.officer, batch)
    with acting(scene.officer):
        assert Line.objects.filter(batch=scene.run([order])).get().account_id == newer.pk


def test_an_account_valid_later_is_not_used_yet(scene: Scene) -> None:
    order = scene.order(account=False)
    later = account_input(next(scene.numbers), valid_from="2026-12-01")
    actions.approve_account(scene.second, actions.propose_account(scene.officer, order.payee_id, later))
    assert scene.run([order]).told == {"no_account": 1}


def test_a_roll_is_taken_over_without_photos_but_only_once(scene: Scene) -> None:
    orders = [scene.order(account=False) for _ in range(3)]
    versions = [
        actions.propose_account(
            scene.officer, o.payee_id, account_input(next(scene.numbers), proof=None, source="roll")
        )
        for o in orders
    ]
    compared = {"place_id": scene.officer.place_id, "count": len(versions)}
    with pytest.raises(Invalid, match="0"):
        actions.approve_accounts(scene.officer, compared)  # nobody approves their own
    with pytest.raises(Invalid, match="3"):
        actions.approve_accounts(scene.second, compared | {"count": 2})
    assert actions.approve_accounts(scene.second, compared) == 3
    given = account_input(next(scene.numbers), proof=None, source="roll")
    with pytest.raises(Invalid):
        actions.propose_account(scene.officer, orders[0].payee_id, given)
    assert scene.run(orders).count == 3


def test_a_change_of_payee_needs_proof_two_people_and_an_approved_account(scene: Scene) -> None:
    order = scene.order()
    actions.ask_payee_change(scene.supervisor, order, {"why": "jailed"})
    with acting(scene.officer):
        task = Task.objects.get(kind="money.payee_change")
    assert task.urgent
    assert task.role == Role.COUNTY_OFFICER
    grandmother = actions.name_payee(
        scene.officer,
        {"child_id": order.child_id, "kind": PayeeKind.GUARDIAN, "name": "祖母", "place_id": order.place_id},
    )
    proof = account_input("62")["proof"]
    change = actions.propose_payee_change(
        scene.officer, order, {"payee_id": grandmother.pk, "why": "jailed", "proof": proof}
    )
    with pytest.raises(Refused):
        actions.approve_payee_change(scene.officer, change)
    with pytest.raises(Conflict):
        actions.approve_payee_change(scene.second, change)
    version = scene.account(grandmother)
    actions.approve_payee_change(scene.second, change)
    with acting(scene.officer):
        assert Order.objects.get(pk=order.pk).payee_id == grandmother.pk
        assert not Task.objects.filter(kind="money.payee_change", state=TaskState.OPEN).exists()
        assert Line.objects.filter(batch=scene.run([order])).get().account_id == version.pk


def test_a_payee_of_another_child_cannot_be_taken(scene: Scene) -> None:
    order, other = scene.order(), scene.order()
    given = {"payee_id": other.payee_id, "why": "asked", "proof": account_input("62")["proof"]}
    with pytest.raises(Invalid):
        actions.propose_payee_change(scene.officer, order, given)


def test_an_institution_receives_for_many_children(scene: Scene) -> None:
    home = {"kind": PayeeKind.INSTITUTION, "name": "试县儿童福利院", "place_id": scene.townships[0].pk}
    payee = actions.name_payee(scene.officer, home)
    assert actions.name_payee(scene.officer, home).pk == payee.pk
    scene.account(payee)
    orders = []
    for number in (1, 2):
        child = scene.child()
        orders.append(
            actions.open_order(
                scene.officer,
                {
                    "child_id": child.pk, "payee_id": payee.pk, "place_id": scene.townships[0].pk,
                    "on_label": "benefits.award", "on_id": 900 + number, "first_month": "2026-10-01",
                },
            )
        )  # fmt: skip
    assert scene.run(orders).count == 2


def test_one_order_for_each_award(scene: Scene) -> None:
    order = scene.order()
    given = {
        "child_id": order.child_id, "payee_id": order.payee_id, "place_id": order.place_id,
        "on_label": order.on_label, "on_id": order.on_id, "first_month": "2026-12-01",
    }  # fmt: skip
    with pytest.raises(Conflict):
        actions.open_order(scene.officer, given)
    actions.end_order(scene.officer, order, {"last_month": "2026-11-01"})
    second = actions.open_order(scene.officer, given)
    with pytest.raises(Conflict):
        actions.reopen_order(scene.officer, order)
    actions.end_order(scene.officer, second, {"last_month": "2026-11-01"})
    assert actions.reopen_order(scene.officer, order).last_month is None


def test_a_child_outside_the_area_gets_no_payee(scene: Scene) -> None:
    with pytest.raises(Invalid):
        actions.name_payee(
            scene.officer, {"child_id": 10**9, "kind": "child", "name": "某", "place_id": scene.county.pk}
        )
    with pytest.raises(NotFound):
        actions.propose_account(scene.officer, 10**9, account_input(next(scene.numbers)))
