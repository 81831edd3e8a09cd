"""Signing a batch: one post after the other by the chain of the place, each once; or given back with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from hutong.core import places
from hutong.core.action import action
from hutong.core.clocks import start_clock
from hutong.core.errors import Conflict
from hutong.core.events import raise_event
from hutong.core.inputs import Given, Nothing, Text, of
from hutong.core.jurisdiction import law
from hutong.core.models import Clock
from hutong.core.tasks import done_tasks, leave_task
from hutong.core.viewer import Viewer
from hutong.money import access
from hutong.money.models import Batch, Repayment, Signature
from hutong.money.queries import rules, signing
from hutong.money.terms import BatchPurpose, BatchState
from hutong.money.workflow import BATCH_SIGNED, GIVEN_BACK, PAY_DAY, SEND, SIGN
from hutong.org.terms import Role


def ask_to_sign(viewer: Viewer, batch: Batch) -> None:
    """Ask whoever signs first; a batch that changed is asked for again, and what was signed before does not count. The
    chain it began with is kept."""
    round_ = signing.standing(batch)
    if signing.given_back(round_):
        return
    if any(one.by_id for one in round_):
        round_ = _begin(batch, [(s.role, s.title) for s in round_])
    elif not any(one.role for one in round_):
        steps = [(s.role, s.title) for s in signing.chain(batch.place_key, viewer.today)] if batch.total_fen else []
        if steps or not round_:
            round_ = _begin(batch, steps or [BY_BANDS])
    _ask(viewer, batch, round_)


BY_BANDS = ("", "")
"""A step of no fixed post: whoever the amount bands name."""


def _begin(batch: Batch, steps: Sequence[tuple[str, str]]) -> list[Signature]:
    """A round of signatures, by role and title of the post."""
    last = Signature.objects.filter(batch=batch).aggregate(last=Max("round"))["last"] or 0
    round_ = [
        Signature(batch=batch, round=last + 1, number=at, role=role, title=title)
        for at, (role, title) in enumerate(steps, start=1)
    ]
    for one in round_:
        one.save()
    return round_


def _ask(viewer: Viewer, batch: Batch, round_: Sequence[Signature]) -> None:
    done_tasks(batch, SIGN.name)
    step = signing.awaited(round_)
    roles = [step.role] if step and step.role else rules.signers(batch.place_key, batch.total_fen, viewer.today)
    role = next((role for role in roles if role != viewer.role), roles[0])
    clock, post = _pay_day(viewer, batch, role), step.title if step else ""
    leave_task(SIGN.name, subject=batch, place_key=batch.place_key, role=role, note=post, clock=clock)


def _pay_day(viewer: Viewer, batch: Batch, role: str) -> Clock | None:
    """A run is signed by the day on which its place pays; what is prepared later has the few days of its task."""
    before = batch.month - timedelta(days=1)
    due = law().limit(PAY_DAY, before, places.codes_of_key(batch.place_key)).due
    if batch.purpose != BatchPurpose.RUN or due < viewer.today:
        return None
    return start_clock(PAY_DAY, subject=batch, place_key=batch.place_key, role=role, from_=before)


def _may_sign(viewer: Viewer, batch: Batch, given: Any) -> str | None:
    return signing.may_sign(viewer, batch)


@action("money.sign_batch", on=Batch, input=Nothing, roles=access.SIGNERS, allow=_may_sign,
        title=("签发批次", "Sign a batch"))  # fmt: skip
def sign_batch(viewer: Viewer, batch: Batch, given: Nothing) -> Batch:
    """The next step of the chain signs. From the last signature on nobody can change the batch or its lines, not even
    by a program: the database refuses it, and compares the totals with the lines at this moment.
    """
    _put(viewer, batch, "")
    round_ = signing.standing(batch)
    if signing.awaited(round_) is not None:
        _ask(viewer, batch, round_)
        return batch
    batch.signer_id, batch.signed_on, batch.state = viewer.user_id, viewer.today, BatchState.SIGNED
    batch.save(update_fields=["signer", "signed_on", "state"])
    done_tasks(batch, SIGN.name)
    leave_task(SEND.name, subject=batch, place_key=batch.place_key, role=access.paying_role(batch.place_key))
    raise_event(BATCH_SIGNED, batch_id=batch.pk, place_id=batch.place_id, month=batch.month)
    return batch


def _put(viewer: Viewer, batch: Batch, refused_why: str) -> None:
    """Write down who signed, or refused to, at which post, on which day."""
    round_ = signing.standing(batch)
    row = signing.awaited(round_) or _begin(batch, [BY_BANDS])[0]
    row.by_id, row.signed_on, row.refused_why = access.person(viewer), viewer.today, refused_why
    row.signed_as = signing.post_title(viewer) or Role(viewer.role).zh
    row.save()


class GiveBack(Given):
    """What is wrong with a batch."""

    why: Text = of(Signature, "refused_why", min_length=4, max_length=500)


@action("money.give_batch_back", on=Batch, input=GiveBack, roles=access.SIGNERS, allow=_may_sign,
        title=("退回编制人", "Give a batch back"))  # fmt: skip
def give_batch_back(viewer: Viewer, batch: Batch, given: GiveBack) -> Batch:
    """Whoever's turn it is does not sign and says why; the preparer hands it in again, or discards it."""
    _put(viewer, batch, given.why)
    done_tasks(batch, SIGN.name)
    booked = Repayment.objects.filter(batch=batch).exists()
    role = access.paying_role(batch.place_key) if booked else access.preparing_role(batch.place_key)
    leave_task(GIVEN_BACK.name, subject=batch, place_key=batch.place_key, role=role, note=given.why)
    return batch


@action("money.hand_in_again", on=Batch, input=Nothing, roles=access.SIGNERS, allow=access.own_batch,
        title=("重新送签", "Hand a batch in again"))  # fmt: skip
def hand_in_again(viewer: Viewer, batch: Batch, given: Nothing) -> Batch:
    """After what was wrong is put right: every step of the chain signs anew. Raises Conflict for one not given back."""
    round_ = signing.standing(batch)
    if not signing.given_back(round_):
        raise Conflict(_("This batch was not given back."))
    done_tasks(batch, GIVEN_BACK.name)
    _ask(viewer, batch, _begin(batch, [(one.role, one.title) for one in round_]))
    return batch
