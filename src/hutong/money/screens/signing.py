"""Who prepared a batch, who signed it at which post and day, whose turn it is, and by which rule of the place."""

from __future__ import annotations

from typing import Any

from hutong.channels.content import Body, Fact, Facts, Note
from hutong.channels.panels import facts_of
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.money.models import Batch, Signature
from hutong.money.queries import rules, signing
from hutong.money.terms import BatchState
from hutong.org.terms import Role


def signing_panel(viewer: Viewer, batch: Batch) -> list[Body]:
    """The preparer, each signature in its order, and the days on the way to the bank."""
    round_ = signing.standing(batch)
    facts = [Fact(label_of(Batch, "maker"), str(batch.maker), "")]
    facts += [_signed(viewer, batch, one) for one in signing.signatures(batch)]
    facts += [*facts_of(viewer, batch, ("sent_on", "settled_on")), _rule(viewer, batch, round_)]
    if (back := signing.given_back(round_)) is None:
        return [Facts(facts)]
    told = Label(f"已退回编制人：{back.refused_why}", f"Given back to the preparer: {back.refused_why}")
    return [Note(told, "warn"), Facts(facts)]


def _signed(viewer: Viewer, batch: Batch, one: Signature) -> Fact:
    """One step: the post, who signed there and when, or whose turn it is."""
    post: Any = (
        one.signed_as or one.title or (Role(one.role).label(viewer.locale) if one.role else _banded(viewer, batch))
    )
    step = Label(f"{one.number}. {post}", f"{one.number}. {post}")
    if one.by_id is None:
        open_ = batch.state == BatchState.PREPARED
        return Fact(step, Label("待签字", "to sign") if open_ else Label("未签字", "not signed"), "")
    if one.refused_why:
        return Fact(step, Label(f"{one.by}：退回", f"{one.by}: given back"), f"{one.signed_on} {one.refused_why}")
    return Fact(step, str(one.by), one.signed_on or "")


def _banded(viewer: Viewer, batch: Batch) -> str:
    roles = rules.signers(batch.place_key, batch.total_fen, batch.signed_on or viewer.today)
    return "、".join(Role(role).label(viewer.locale) for role in roles)


def _rule(viewer: Viewer, batch: Batch, round_: list[Signature]) -> Fact:
    """By which rule it is signed: the chain of the place, its amount bands, or our default."""
    on = batch.signed_on or viewer.today
    words = Label("签批依据", "Signed by the rule")
    if any(one.role for one in round_):
        steps = signing.chain(batch.place_key, on)
        return Fact(words, Label("当地签批流程", "chain of the place"), steps[0].basis if steps else "")
    bands = rules.bands(batch.place_key, on)
    default = any(band.evidence == "M" for band in bands)
    hint = Label("系统默认限额，待当地确认", "default of the system, to be confirmed locally")
    return Fact(words, _banded(viewer, batch), hint if default else bands[0].basis)
