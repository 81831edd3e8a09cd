"""Who signs a batch in which order: the chain of the place, each step once and by somebody else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import DatabaseError

from hutong.core.errors import Conflict, Invalid, Refused
from hutong.core.models import Task
from hutong.core.terms import TaskState
from hutong.core.viewer import Viewer, acting
from hutong.money import actions
from hutong.money.models import Batch, Line, Signature
from hutong.money.queries import signing
from hutong.money.terms import BatchState
from hutong.money.tests.build import OCTOBER, Scene, written_by
from hutong.org.models import Agency, Post
from hutong.org.terms import Role

pytestmark = pytest.mark.django_db
CHAIN = {"valid_from": "2026-11-01", "basis": "试县民政局 2026-9"}
HEAD, DIRECTOR = "科室负责人", "分管领导"


@pytest.fixture
def head(scene: Scene) -> Viewer:
    return at_post(scene, "second", HEAD)


@pytest.fixture
def director(scene: Scene) -> Viewer:
    return at_post(scene, "finance2", DIRECTOR)


@pytest.fixture
def chained(scene: Scene) -> Scene:
    steps = [{"role": "county_officer", "title": HEAD}, {"role": "county_officer", "title": DIRECTOR}]
    assert actions.set_signing_chain(scene.officer, CHAIN | {"place_id": scene.county.pk, "steps": steps}) == 2
    return scene


def at_post(scene: Scene, who: str, title: str) -> Viewer:
    """A county officer at a post of that title."""
    with written_by("org", scene.now):
        office = Agency.objects.create(name=f"试县民政局{who}", kind="bureau", division=scene.county)
        post = Post.objects.create(agency=office, role=Role.COUNTY_OFFICER, title=title)
    return replace(scene.viewer(Role.COUNTY_OFFICER, who), post_id=post.pk)


def stands(scene: Scene, batch: Batch) -> Batch:
    with acting(scene.officer):
        return Batch.objects.get(pk=batch.pk)


def asked(scene: Scene, batch: Batch) -> list[str]:
    with acting(scene.officer):
        rows = Task.objects.filter(on_label="money.batch", on_id=batch.pk, state=TaskState.OPEN)
        return sorted(f"{task.kind} {task.note}".strip() for task in rows)


def test_the_posts_of_the_place_sign_one_after_the_other(chained: Scene, head: Viewer, director: Viewer) -> None:
    batch = chained.run([chained.order()])
    assert asked(chained, batch) == [f"money.sign {HEAD}"]
    for early in (director, chained.finance, chained.officer):
        with pytest.raises(Refused):
            actions.sign_batch(early, batch)
    actions.sign_batch(head, batch)
    assert stands(chained, batch).state == BatchState.PREPARED
    assert asked(chained, batch) == [f"money.sign {DIRECTOR}"]
    with pytest.raises(Refused):
        actions.export_bank_file(chained.finance, batch, {"form": "xlsx"})
    with pytest.raises(Refused):
        actions.sign_batch(head, batch)
    actions.sign_batch(director, batch)
    signed = stands(chained, batch)
    assert (signed.state, signed.signer_id) == (BatchState.SIGNED, director.user_id)
    with acting(chained.finance):
        rows = [(s.number, s.by_id, s.signed_as, s.signed_on) for s in signing.signatures(signed)]
    assert rows == [
        (1, head.user_id, HEAD, chained.now.date()),
        (2, director.user_id, DIRECTOR, chained.now.date()),
    ]
    actions.export_bank_file(chained.finance, batch, {"form": "xlsx"})


def test_nobody_signs_two_steps(scene: Scene, head: Viewer) -> None:
    steps = [{"role": "county_officer"}, {"role": "county_officer"}]
    actions.set_signing_chain(scene.officer, CHAIN | {"place_id": scene.county.pk, "steps": steps})
    batch = scene.run([scene.order()])
    actions.sign_batch(head, batch)
    with pytest.raises(Refused):
        actions.sign_batch(head, batch)


def test_a_batch_keeps_the_chain_it_began_with(scene: Scene, head: Viewer) -> None:
    batch = scene.run([scene.order()])
    finance_only = CHAIN | {"place_id": scene.county.pk, "steps": [{"role": "county_officer", "title": HEAD}]}
    actions.set_signing_chain(scene.officer, finance_only)
    with pytest.raises(Refused):
        actions.sign_batch(head, batch)
    assert actions.sign_batch(scene.finance, batch).state == BatchState.SIGNED
    later = scene.run([scene.order()], OCTOBER)
    assert actions.sign_batch(head, later).state == BatchState.SIGNED


def test_a_batch_is_given_back_with_a_reason_and_every_step_signs_anew(
    chained: Scene, head: Viewer, director: Viewer
) -> None:
    batch = chained.run([chained.order()])
    actions.sign_batch(head, batch)
    actions.give_batch_back(director, batch, {"why": "第三笔金额请核对"})
    assert asked(chained, batch) == ["money.given_back 第三笔金额请核对"]
    with pytest.raises(Refused):
        actions.sign_batch(director, batch)
    with pytest.raises(Refused):
        actions.hand_in_again(chained.viewer(Role.CITY_OFFICER), batch)
    actions.hand_in_again(chained.officer, batch)
    assert asked(chained, batch) == [f"money.sign {HEAD}"]
    with pytest.raises(Conflict):
        actions.hand_in_again(chained.officer, batch)
    actions.sign_batch(head, batch)
    actions.sign_batch(director, batch)
    with acting(chained.finance):
        kept = signing.signatures(stands(chained, batch))
    assert [(s.round, s.number, s.refused_why) for s in kept] == [
        (1, 1, ""), (1, 2, "第三笔金额请核对"), (2, 1, ""), (2, 2, ""),
    ]  # fmt: skip


def test_where_one_signs_the_signer_gives_back_too(scene: Scene) -> None:
    batch = scene.run([scene.order()])
    actions.give_batch_back(scene.finance, batch, {"why": "请核对新增人员"})
    with pytest.raises(Refused):
        actions.sign_batch(scene.viewer(Role.COUNTY_FINANCE, "finance2"), batch)
    actions.hand_in_again(scene.officer, batch)
    assert actions.sign_batch(scene.finance, batch).state == BatchState.SIGNED


def test_what_changes_after_a_signature_is_signed_from_the_beginning(chained: Scene, head: Viewer) -> None:
    batch = chained.run([chained.order(), chained.order()])
    actions.sign_batch(head, batch)
    with acting(chained.finance):
        line = Line.objects.filter(batch=batch).order_by("id")[0]
    actions.hold_line(chained.finance, line, {"why": "户名与本人不符"})
    assert asked(chained, batch) == [f"money.sign {HEAD}"]


def test_the_database_lets_no_batch_pass_without_its_last_signature(chained: Scene, head: Viewer) -> None:
    batch = chained.run([chained.order()])
    actions.sign_batch(head, batch)
    with pytest.raises(DatabaseError, match="lacks a signature"), written_by("money", chained.now):
        Batch.objects.filter(pk=batch.pk).update(state="signed", signer_id=head.user_id, signed_on=chained.now.date())


def test_a_signature_is_never_edited(chained: Scene, head: Viewer, director: Viewer) -> None:
    batch = chained.run([chained.order()])
    actions.sign_batch(head, batch)
    with pytest.raises(DatabaseError, match="never edited"), written_by("money", chained.now):
        Signature.objects.filter(batch=batch, number=1).update(by_id=director.user_id)


def test_a_chain_names_posts_that_can_sign(scene: Scene) -> None:
    base = CHAIN | {"place_id": scene.county.pk}
    for steps in ([{"role": "auditor"}], [{"role": "county_officer", "title": HEAD}] * 2, []):
        with pytest.raises(Invalid):
            actions.set_signing_chain(scene.officer, base | {"steps": steps})
