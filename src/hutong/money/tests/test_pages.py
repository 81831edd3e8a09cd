"""Every page of the package, as the posts see it."""

from __future__ import annotations

from datetime import date

import pytest

from hutong.channels.web.home import address_of
from hutong.core.action import ACTIONS, action
from hutong.core.inputs import Given, Month
from hutong.core.models import JournalLine, Task
from hutong.core.tests.build import Browser
from hutong.core.viewer import Viewer, acting
from hutong.money import access, actions
from hutong.money.models import AccountVersion, Batch, Line, PayeeChange
from hutong.money.queries import relation
from hutong.money.queries.reference import reference
from hutong.money.queries.relation import Relation, Source
from hutong.money.terms import BatchState, Item
from hutong.money.tests.build import NOVEMBER, OCTOBER, Scene, account_input, county, relation_of
from hutong.org.terms import Role

pytestmark = pytest.mark.django_db
CAUSES = ("孤儿", "无人抚养", "艾滋", "HIV", "orphan", "unattended", "REASON-1", "test 2026.1")


class Asked(Given):
    """What the payment run asks of whoever owns the awards."""

    place_id: int
    month: Month


@pytest.fixture
def paying(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The county with a source of rows: every order it has, at the standard."""

    def rows(viewer: Viewer, place_id: int, month: date) -> Relation:
        from hutong.money.models import Order

        return relation_of(list(Order.objects.order_by("id")), month)

    @action("money.run_every_order", input=Asked, roles=access.OFFICERS)
    def prepare(viewer: Viewer, given: Asked) -> Batch:
        return actions.prepare_batch(
            viewer, given.model_dump() | {"relation": rows(viewer, given.place_id, given.month)}
        )

    del ACTIONS[prepare.name]  # known to the page alone
    monkeypatch.setitem(relation.SOURCES, Item.BASIC_LIVING.value, Source(Item.BASIC_LIVING, rows, prepare))
    return scene


def test_the_whole_month_through_the_pages(paying: Scene, browse: Browser) -> None:
    for _ in range(2):
        paying.order()
    page = browse.text(paying.officer, "/money/run/?month=2026-11")
    assert "2,548.00" in page
    assert "Prepare the batch" in page or "编制" in page
    made = browse.post(paying.officer, "/money/run/", place_id=paying.county.pk, month="2026-11", _key="a")
    assert made.status_code == 302
    again = browse.post(paying.officer, "/money/run/", place_id=paying.county.pk, month="2026-11", _key="a")
    assert again["Location"] == made["Location"], "a form sent twice prepares once"
    address = made["Location"]
    batch_id = int(address.split("/")[-2])
    for viewer in (paying.officer, paying.finance):
        page = browse.text(viewer, address)
        assert not any(cause in page for cause in CAUSES)
    story = page.split('class="story"')[1]
    assert "2,548.00" in story
    assert "254800" not in story, "the history tells amounts in yuan"
    assert story.count("发放总额") + story.count("To be paid") == 1, "and each of them once"
    assert "#1" not in story
    assert browse.get(paying.finance, f"/money/action/sign_batch/{batch_id}/").status_code == 200
    assert browse.post(paying.finance, f"/money/action/sign_batch/{batch_id}/", _key="s").status_code == 302
    assert browse.get(paying.finance, f"{address}file/").status_code == 200
    file = browse.post(paying.finance, f"{address}file/", form="csv")
    assert file["Content-Disposition"].endswith('.csv"')
    assert file.content.decode("utf-8-sig").count("儿童基本生活补贴") == 2
    assert JournalLine.objects.filter(kind="exported", on_id=batch_id).exists()
    assert browse.post(paying.finance, f"/money/action/mark_sent/{batch_id}/", _key="m").status_code == 302
    with acting(paying.finance):
        lines = list(Line.objects.filter(batch_id=batch_id))
    paying.answer(Batch(pk=batch_id), refused=lines[:1])
    assert "reference" not in browse.text(paying.finance, address)
    assert reference(lines[0].pk) in browse.text(paying.finance, f"/money/line/?batch={batch_id}&state=refused")
    with acting(paying.finance):
        assert Batch.objects.get(pk=batch_id).state == BatchState.SETTLED


def test_the_numbers_of_the_preview_lead_to_their_rows(paying: Scene, browse: Browser) -> None:
    old, bare = paying.order(), paying.order(account=False)
    paying.sent([old], OCTOBER)
    new = paying.order()
    page = browse.text(paying.officer, "/money/run/?month=2026-11&show=step.new")
    assert f"/money/order/{new.pk}/" in page
    assert f"/money/order/{old.pk}/" not in page
    assert f"/money/order/{bare.pk}/" in browse.text(
        paying.officer, "/money/run/?month=2026-11&show=verdict.no_account"
    )
    for wrong in (
        "month=2026-99",
        "month=x",
        "show=nothing",
        "show=step.x",
        "show=warning.x",
        "after=x",
        "place_id=9999999999999999999999",
    ):
        assert browse.get(paying.officer, f"/money/run/?{wrong}").status_code == 200
    assert browse.get(paying.officer, "/money/run/?place_id=1").status_code in (200, 404)
    assert browse.get(paying.finance, "/money/run/").status_code == 403


def test_whoever_signs_sees_the_sum_of_whoever_prepared_with_the_names_behind_it(
    paying: Scene, browse: Browser
) -> None:
    same, other = paying.order(), paying.order()
    paying.sent([same, other], OCTOBER)
    new = paying.order()
    rows_of = relation_of([same, other, new], NOVEMBER, amounts=[127_400, 100_000, 127_400])
    given = {"place_id": paying.county.pk, "month": NOVEMBER, "relation": rows_of}
    batch_id = actions.prepare_batch(paying.officer, given).pk
    page = browse.text(paying.finance, f"/money/action/sign_batch/{batch_id}/")
    for step, order, by in (("new", new, "1,274.00"), ("lowered", other, "-274.00")):
        url = f"/money/batch/{batch_id}/sum/?show=step.{step}#behind"
        assert url in page
        assert by in page
        for viewer in (paying.finance, paying.officer):
            names = browse.text(viewer, url.removesuffix("#behind"))
            assert [o.pk for o in (same, other, new) if f"/money/order/{o.pk}/" in names] == [order.pk]
    assert browse.get(county(paying.now, slot=10).finance, f"/money/batch/{batch_id}/sum/").status_code == 404


def test_who_was_left_out_of_a_batch_is_listed_by_name(paying: Scene, browse: Browser) -> None:
    bare = paying.order(account=False)
    batch = paying.run([paying.order(), bare])
    listed = f"/money/omission/?batch={batch.pk}&verdict=no_account"
    assert listed.replace("&", "&amp;") in browse.text(paying.finance, f"/money/batch/{batch.pk}/")
    with acting(paying.finance):
        name = bare.child.name
    assert name in browse.text(paying.finance, listed)


def test_money_that_came_back_says_for_whom_why_and_what_to_do(paying: Scene, browse: Browser) -> None:
    order = paying.order()
    batch = paying.sent([order])
    with acting(paying.finance):
        line = Line.objects.get(batch=batch)
    paying.answer(batch, refused=[line])
    page = browse.text(paying.officer, f"/money/refused/{line.pk}/")
    assert "户名不符" in page
    assert f"/money/action/propose_account/{order.payee_id}/" in page
    assert f"/money/action/propose_account/{order.payee_id}/" not in browse.text(
        paying.finance, f"/money/refused/{line.pk}/"
    )


def test_what_is_paid_again_leaves_the_list_of_what_came_back(paying: Scene, browse: Browser) -> None:
    order = paying.order()
    batch = paying.sent([order])
    with acting(paying.finance):
        line = Line.objects.get(batch=batch)
    paying.answer(batch, refused=[line])
    assert f"/money/refused/{line.pk}/" in browse.text(paying.officer, "/money/refused/")
    paying.account(order.payee_id)
    actions.reissue_line(paying.officer, line)
    assert f"/money/refused/{line.pk}/" not in browse.text(paying.officer, "/money/refused/")


def test_lists_and_records_open_for_their_posts(paying: Scene, browse: Browser) -> None:
    order = paying.order()
    batch = paying.sent([order])
    with acting(paying.officer):
        line = Line.objects.get(batch=batch)
        version = AccountVersion.objects.get(payee=order.payee_id)
    paying.answer(batch, refused=[line])
    given = {"place_id": paying.county.pk, "month": NOVEMBER}
    statement = actions.make_statement(paying.finance, given)
    records = {
        "batch": batch.pk, "line": line.pk, "order": order.pk, "payee": order.payee_id, "account": version.pk,
        "statement": statement.pk,
    }  # fmt: skip
    for viewer in (paying.officer, paying.finance):
        for name, pk in records.items():
            for address in (f"/money/{name}/", f"/money/{name}/{pk}/"):
                page = browse.text(viewer, address)
                assert not any(cause in page for cause in CAUSES), address
    for name in ("refused", "recovery", "payee_change"):
        browse.text(paying.officer, f"/money/{name}/")
    for name in ("rhythm", "signing_band"):
        browse.text(paying.officer, f"/money/{name}/")
    assert browse.get(paying.viewer(Role.VILLAGE_DIRECTOR), f"/money/batch/{batch.pk}/").status_code in (403, 404, 200)
    below = paying.viewer(Role.TOWNSHIP_SUPERVISOR, place=paying.townships[0])
    assert f"#{batch.pk}" in browse.text(below, f"/money/line/{line.pk}/"), "the county's batch is out of its reach"
    assert browse.get(paying.officer, "/money/batch/999999/").status_code == 404


def test_the_whole_number_is_shown_for_a_purpose_only(paying: Scene, browse: Browser) -> None:
    order = paying.order(account=False)
    number = next(paying.numbers)
    version = paying.account(order.payee_id, number)
    address = f"/money/account/{version.pk}/number/"
    assert number not in browse.text(paying.finance, f"/money/account/{version.pk}/")
    assert number not in browse.text(paying.finance, address)
    assert browse.post(paying.finance, address, purpose="").status_code == 422
    shown = browse.post(paying.finance, address, purpose="银行来电核对")
    assert number in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert browse.get(paying.supervisor, address).status_code == 403


def test_every_task_leads_to_a_page_its_post_can_open(paying: Scene, browse: Browser) -> None:
    order, bare = paying.order(), paying.order(account=False)
    actions.propose_account(paying.officer, bare.payee_id, account_input(next(paying.numbers)))
    actions.ask_payee_change(paying.supervisor, order, {"why": "vanished"})
    batch = paying.sent([order])
    with acting(paying.officer):
        lines = list(Line.objects.filter(batch=batch))
    paying.run([order], OCTOBER)
    paying.answer(batch, refused=lines)
    with acting(paying.officer):
        tasks = list(Task.objects.filter(state="open", kind__startswith="money."))
    assert {t.kind for t in tasks} >= {
        "money.approve_account", "money.missing_account", "money.payee_change", "money.sign", "money.refused_account",
    }  # fmt: skip
    for task in tasks:
        browse.text(paying.viewer(Role(task.role)), address_of(task))


def test_a_change_of_payee_is_decided_beside_its_paper(paying: Scene, browse: Browser) -> None:
    order = paying.order()
    other = actions.name_payee(
        paying.officer, {"child_id": order.child_id, "kind": "guardian", "name": "外婆", "place_id": order.place_id}
    )
    paying.account(other)
    given = {"payee_id": other.pk, "why": "removed", "proof": account_input("62")["proof"]}
    change = actions.propose_payee_change(paying.officer, order, given)
    assert "外婆" in browse.text(paying.second, f"/money/payee_change/{change.pk}/")
    assert browse.post(paying.second, f"/money/action/approve_payee_change/{change.pk}/", _key="c").status_code == 302
    with acting(paying.officer):
        assert PayeeChange.objects.get(pk=change.pk).state == "approved"


def test_another_payee_is_named_from_the_order(paying: Scene, browse: Browser) -> None:
    order = paying.order()
    address = f"/money/action/name_payee/?child_id={order.child_id}&amp;place_id={order.place_id}"
    assert address in browse.text(paying.officer, f"/money/order/{order.pk}/")
    assert "name_payee" not in browse.text(paying.finance, f"/money/order/{order.pk}/")
    form = browse.text(paying.officer, address.replace("&amp;", "&"))
    assert f'name="child_id" value="{order.child_id}"' in form
    made = browse.post(
        paying.officer, "/money/action/name_payee/", child_id=order.child_id, kind="guardian", name="姑姑",
        place_id=order.place_id, _key="n",
    )  # fmt: skip
    assert made.status_code == 302
    assert "/money/action/propose_account/" in made["Location"]
