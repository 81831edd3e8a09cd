"""A run that adds up: from the run before to this one in people and in yuan, every figure with the names behind it.

The page of a run (before it is prepared) and the page of a batch (afterwards) show the same parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hutong.channels.content import Body, Fen, Link, Note, Place, Rows
from hutong.channels.reading import found_in
from hutong.channels.sheet import page, page_url, record_url, sheet_of
from hutong.channels.web.frame import Way, show, viewer_of
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.money import access
from hutong.money.models import Batch, Line, Order
from hutong.money.queries.preview import Looked, Preview, preview, rows_behind
from hutong.money.queries.relation import SOURCES, Waiting
from hutong.money.screens.signing import signing_panel
from hutong.money.terms import HELD_OUT, Difference, Item, Step, Verdict
from hutong.people.queries.children import child_behind, name_of

PAGE = 50
REGULAR = (Step.BEFORE, Step.NEW, Step.GONE, Step.ANOTHER, Step.RAISED, Step.LOWERED)
"""The steps whose people and yuan lead from the regular payments before to those of this run."""
OTHER = (Step.EARLIER, Step.ARREARS, Step.BACK)
WARNINGS = {
    "new_account": Label("上次发放后变更账户", "account changed since the last run"),
    "payee_change": Label("收款人待变更，仍按原收款人发放", "the payee should be changed; still paid as before"),
}
Wanted = Step | Verdict | Difference | str


def batch_name(viewer: Viewer, batch: Batch) -> str:
    """What a batch is called: month, item, number."""
    return f"{batch.month:%Y-%m} {Item.BASIC_LIVING.label(viewer.locale)} #{batch.pk}"


def sum_of(seen: Preview, base: str) -> list[Body]:
    """The sum as a table, and above it what an officer looks at before the rest."""
    heads = [Label("项目", "Step"), Label("人数", "People"), label_of(Line, "amount_fen")]
    rows = [_step(seen, step, base) for step in REGULAR if step is Step.BEFORE or seen.steps.get(step)]
    rows.append(_step(seen, Step.THIS, base))
    rows += [_step(seen, step, base) for step in OTHER if seen.steps.get(step)]
    total = [Label("本期合计", "This run altogether"), "", Fen(seen.total_fen)]
    return [*_looked_at_first(seen, base), Rows(heads, rows, total=total, numeric=frozenset({1, 2}))]


def _step(seen: Preview, step: Step, base: str) -> list[Any]:
    people, fen = seen.steps.get(step, (0, 0))
    words = Label(f"上期 {seen.before:%Y-%m}", f"The run before, {seen.before:%Y-%m}") if step is Step.BEFORE else step
    signed = -people if step in (Step.GONE, Step.ANOTHER) else people
    return [Link(words, _behind_url(base, step)) if people else words, signed, Fen(fen)]


def _looked_at_first(seen: Preview, base: str) -> list[Body]:
    told = [(Difference.UNUSUAL, seen.differences.get(Difference.UNUSUAL.value, (0, 0))[0])]
    told += [(name, count) for name, count in sorted(seen.warnings.items())]  # type: ignore[misc]
    rows = [[Link(words_of(what), _behind_url(base, what)), count] for what, count in told if count]
    heads = [Label("请先核对", "Look at these first"), Label("人数", "People")]
    return [Rows(heads, rows, numeric=frozenset({1}))] if rows else []


def left_out_of(seen: Preview, base: str) -> list[Body]:
    """Who is not paid, and why; those a person has to look at come first."""
    order = {verdict.value: n for n, verdict in enumerate(HELD_OUT)}
    told = sorted(seen.verdicts.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))
    rows = [
        [Link(Verdict(name), _behind_url(base, Verdict(name))), count, help_for(Verdict(name))]
        for name, (count, _fen) in told
        if name != Verdict.READY and count
    ]
    heads = [Label("不列支的原因", "Not paid because"), Label("笔数", "Rows"), Label("说明", "Note")]
    return [Rows(heads, rows, numeric=frozenset({1}))] if rows else []


def waiting_of(viewer: Viewer, place_id: int) -> list[Body]:
    """What no run pays until somebody has settled it, with the way there."""
    told = [one for source in SOURCES.values() for one in source.waiting(viewer, place_id)]
    rows = [[_way(viewer, one), one.children, Fen(one.fen)] for one in told]
    heads = [Label("未列入发放", "Not in any run yet"), Label("人数", "People"), Label("每月（元）", "A month (yuan)")]
    return [Rows(heads, rows, numeric=frozenset({1, 2}))] if rows else []


def _way(viewer: Viewer, one: Waiting) -> Link | Label:
    sheet = sheet_of(type(one.record))
    return Link(one.why, record_url(one.record)) if sheet and viewer.role in sheet.roles else one.why


def help_for(verdict: Verdict) -> Label | str:
    """What happens to a row with the verdict, in one line."""
    if verdict is Verdict.TWIN_FAR:
        return Label(
            "已向县级派发核实任务；对方地区不在此显示，请经上级民政部门查询",
            "The county has the task; the other place is not shown here: ask through the office above",
        )
    if verdict in HELD_OUT:
        return Label("已向县级派发核实任务", "The county has the task to settle it")
    return _HELP.get(verdict, "")


_HELP: Mapping[Verdict, Label] = {
    Verdict.NO_ACCOUNT: Label("已向乡镇派发补录账户任务，补录后下次发放", "Its township has the task to enter it"),
    Verdict.ALREADY: Label("本月已在其他批次列支", "Another batch pays the month"),
    Verdict.SUSPENDED: Label("恢复后补发", "Paid once the order is resumed"),
    Verdict.EARLY: Label("到期后发放", "Paid when it is due"),
    Verdict.OTHER_OFFICE: Label("由该地规定的层级编制", "Prepared by the level named for that place"),
}


KINDS: Mapping[str, type[Step] | type[Verdict] | type[Difference]] = {
    "step": Step, "verdict": Verdict, "difference": Difference,
}  # fmt: skip


def _behind_url(base: str, wanted: Wanted) -> str:
    kind = next((name for name, term in KINDS.items() if isinstance(wanted, term)), "warning")
    return f"{base}{'&' if '?' in base else '?'}show={kind}.{wanted}#behind"


def wanted_of(text: str) -> Wanted | None:
    """Which rows an address asks for."""
    kind, _dot, name = text.partition(".")
    if term := KINDS.get(kind):
        return term(name) if name in {member.value for member in term} else None
    return name if kind == "warning" and name in WARNINGS else None


def words_of(wanted: Wanted) -> Any:
    """The rows asked for, in words."""
    return WARNINGS[wanted] if not isinstance(wanted, (Step, Verdict, Difference)) else wanted


def behind(viewer: Viewer, at: Looked, request: HttpRequest, base: str) -> dict[str, Any]:
    """Context of the names behind the figure that the address asks for; nothing without one."""
    wanted = wanted_of(request.GET.get("show", ""))
    if wanted is None:
        return {}
    after = request.GET.get("after", "")
    last = int(after) if after.isdigit() and len(after) < 19 else 0
    rows = rows_behind(viewer, at, wanted, after=last, limit=PAGE + 1)
    orders = Order.objects.prefetch_related("child").in_bulk([row.order_id for row in rows[:PAGE]])
    context: dict[str, Any] = {"wanted": words_of(wanted), "behind": _names(viewer, rows[:PAGE], orders)}
    if len(rows) > PAGE:
        url = _behind_url(base, wanted).removesuffix("#behind")
        context["more"] = f"{url}&after={rows[PAGE - 1].order_id}#behind"
    return context


def _names(viewer: Viewer, rows: Any, orders: dict[int, Order]) -> Rows:
    heads = [
        label_of(Order, "child"),
        label_of(Order, "place_key"),
        Label("上期（元）", "Before (yuan)"),
        Label("本期（元）", "Now (yuan)"),
    ]
    cells = []
    for row in rows:
        order = orders.get(row.order_id)
        name = name_of(viewer, child_behind(order)) if order else f"#{row.order_id}"
        cells.append(
            [
                Link(name, record_url(Order, row.order_id)),
                Place(key=row.place_key) if row.place_key is not None else "",
                Fen(row.before_fen) if row.before_fen is not None else None,
                Fen(row.amount_fen) if row.amount_fen is not None else None,
            ]
        )
    return Rows(heads, cells, empty=Label("没有记录。", "No rows."), numeric=frozenset({2, 3}))


def looked(batch: Batch) -> Looked:
    """A batch, to be looked at."""
    return Looked(batch.place_key, batch.month, batches=(batch.pk,))


def batch_sum(viewer: Viewer, batch: Batch) -> list[Body]:
    """Panel and evidence of a batch: the sum, then who was left out."""
    base = page_url("money.adds_up", batch_id=batch.pk)
    seen = preview(viewer, looked(batch))
    if not seen.steps:
        return [Note(Label("本批次没有可发放的记录。", "Nothing in this batch is paid."))]
    return sum_of(seen, base)


@page("money/batch/<int:batch_id>/sum/", name="money.adds_up", roles=access.SUM_READERS,
      title=("本期与上期", "This run and the one before"), area="money")  # fmt: skip
def adds_up_page(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The same figures and names for whoever prepared the batch, signs it or audits it."""
    viewer = viewer_of(request)
    batch = found_in(Batch, viewer, batch_id, "money.adds_up")
    base, at = page_url("money.adds_up", batch_id=batch.pk), looked(batch)
    seen = preview(viewer, at)
    told = [*waiting_of(viewer, batch.place_id), *sum_of(seen, base), *left_out_of(seen, base)]
    bodies = [*told, *signing_panel(viewer, batch)]
    name = batch_name(viewer, batch)
    context = {"bodies": bodies, "name": name} | behind(viewer, at, request, base)
    crumbs = [Way(name, record_url(batch))]
    return show(request, "money/adds_up.html", context, title=_("This run and the one before"), crumbs=crumbs)
