"""Who signs a batch, in which order: the chain of its place, or one signature by amount bands where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from hutong.core.viewer import Viewer
from hutong.money.models import Batch, Signature, SigningStep
from hutong.money.queries import rules
from hutong.org.models import Post
from hutong.org.terms import Role


def chain(place_key: int, on: date) -> list[SigningStep]:
    """The steps of the nearest place, from the place itself upward, that has its own; none where the bands hold."""
    own = rules.nearest(SigningStep, place_key, on)
    if own is None:
        return []
    return list(SigningStep.objects.filter(place=own.place_id, valid_from=own.valid_from).order_by("number"))


def signatures(batch: Batch) -> list[Signature]:
    """Every signature of a batch, given, awaited or refused, in their order."""
    return list(Signature.objects.filter(batch=batch).select_related("by").order_by("round", "number"))


def standing(batch: Batch) -> list[Signature]:
    """The signatures of the round that counts: what was signed before a batch was changed or given back does not."""
    found = signatures(batch)
    return [one for one in found if one.round == found[-1].round]


def awaited(round_: Sequence[Signature]) -> Signature | None:
    """The step whose turn it is."""
    return next((one for one in round_ if one.by_id is None), None)


def given_back(round_: Sequence[Signature]) -> Signature | None:
    """The signature that was refused, with its reason."""
    return next((one for one in round_ if one.refused_why), None)


def post_title(viewer: Viewer) -> str:
    """What the viewer's post is called; empty for a viewer without one."""
    posts = Post.objects.filter(pk=viewer.post_id or 0)
    return posts.values_list("title", flat=True).first() or ""


def may_sign(viewer: Viewer, batch: Batch) -> str | None:
    """Why the viewer cannot sign the batch now; None where it is their turn."""
    if batch.maker_id == viewer.user_id:
        return _("You prepared this batch; somebody else has to sign it.")
    round_ = standing(batch)
    if given_back(round_):
        return _("This batch was given back. It can be signed once it is handed in again.")
    if any(one.by_id == viewer.user_id for one in round_):
        return _("You signed this batch already; the next signature is somebody else's.")
    step = awaited(round_)
    return _by_step(viewer, step) if step is not None and step.role else _by_bands(viewer, batch)


def _by_step(viewer: Viewer, step: Signature) -> str | None:
    role = Role(step.role).label(viewer.locale)
    if viewer.role != step.role or (step.title and step.title != post_title(viewer)):
        return _("Step %(number)s is signed by: %(post)s.") % {"number": step.number, "post": step.title or role}
    return None


def _by_bands(viewer: Viewer, batch: Batch) -> str | None:
    roles = rules.signers(batch.place_key, batch.total_fen, viewer.today)
    if viewer.role not in roles:
        names = "、".join(Role(role).label(viewer.locale) for role in roles)
        return _("A batch of this total is signed by: %(roles)s.") % {"roles": names}
    return None
