"""Batches, their lines, the bank's answers and the bank file."""

from __future__ import annotations

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hutong.channels.content import Body, Counts, Fact, Facts, Fen, Lines, Link, Month, Note, Rows
from hutong.channels.panels import facts_of, fields_panel, rows_panel, told_panel
from hutong.channels.reading import found_in
from hutong.channels.sheet import (
    Column,
    Filter,
    Panel,
    Sheet,
    action_url,
    list_url,
    page,
    page_url,
    record_url,
    register,
)
from hutong.channels.web.frame import Way, show, viewer_of
from hutong.channels.web.submit import begin, submit
from hutong.core.access import shown
from hutong.core.action import ACTIONS
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.money import access, actions
from hutong.money.actions.omitted import NAMED
from hutong.money.models import Batch, Hold, Line, Omission, Order, Reconciliation
from hutong.money.queries import bank_file, rules
from hutong.money.queries.accounts import still_unpaid
from hutong.money.queries.numbers import by_batch_number, by_reference
from hutong.money.screens.adds_up import batch_name, batch_sum, help_for
from hutong.money.screens.labels import (
    TONES,
    child_cell,
    line_name,
    state,
)  # fmt: skip
from hutong.money.screens.signing import signing_panel
from hutong.money.terms import BankFileForm, BatchState, BookBy, LineState, Verdict
from hutong.org.terms import Role


def sums(viewer: Viewer, batch: Batch) -> list[Body]:
    """Large numbers that lead to the lines behind them."""
    rows = Line.objects.filter(batch=batch).values("state").annotate(n=Count("id"), fen=Sum("amount_fen"))
    found = {row["state"]: row for row in rows}
    items = [
        (
            word,
            row["n"],
            list_url("money.line", batch=batch.pk, state=word),
            Fen(row["fen"]),
            TONES.get(word, "plain"),
        )
        for word in LineState
        if (row := found.get(word))
    ]
    every = (Label("全部", "All"), batch.count, list_url("money.line", batch=batch.pk), Fen(batch.total_fen), "plain")
    return [Counts([every, *items])]  # type: ignore[list-item]


def left_out(viewer: Viewer, batch: Batch) -> list[Body] | None:
    """Rows that were not paid, and why."""
    told = [(Verdict(name), count) for name, count in batch.told.items() if count]
    if not told:
        return None
    rows = [
        [Link(verdict, list_url("money.omission", batch=batch.pk, verdict=verdict)) if verdict in NAMED else verdict,
         count, help_for(verdict)]
        for verdict, count in told
    ]  # fmt: skip
    heads = [Label("未列支原因", "Why not paid"), Label("笔数", "Rows"), Label("说明", "Note")]
    return [Rows(heads, rows, numeric=frozenset({1}))]


def books_panel(viewer: Viewer, batch: Batch) -> list[Body] | None:
    """Where the totals by place, standard and payee are, and the whole month of the place."""
    if viewer.role not in access.SUM_READERS or batch.state == BatchState.DISCARDED:
        return None
    books = Lines([Link(by, page_url("money.books", batch_id=batch.pk, by=by)) for by in BookBy])
    month = page_url("money.month", place_id=batch.place_id, month=f"{batch.month:%Y-%m}")
    facts = [
        Fact(Label("本批次合计", "Totals of this batch"), books),
        Fact(Label("全月", "The whole month"), Link(Label(f"{batch.month:%Y-%m}", f"{batch.month:%Y-%m}"), month)),
    ]
    return [Facts(facts)]


def _unusable(viewer: Viewer, answer: Reconciliation) -> int:
    return len(answer.errors)


def file_panel(viewer: Viewer, batch: Batch) -> list[Body] | None:
    """Where the bank file is made."""
    if batch.state not in (BatchState.SIGNED, BatchState.SENT) or viewer.role != access.paying_role(batch.place_key):
        return None
    note = Label(
        "文件只含户名、账号、金额和统一项目名称。每次导出都会留痕。",
        "The file holds account, amount and one neutral item name. Each export is kept on record.",
    )
    link = Link(Label("导出银行文件", "Make the bank file"), page_url("money.bank_file", batch_id=batch.pk))
    return [Note(note), Facts([Fact(Label("文件", "File"), link)])]


register(
    Sheet[Batch](
        "money.batch",
        Batch,
        title=("发放批次", "Payment batch"),
        plural=("发放批次", "Payment batches"),
        name_of=batch_name,
        columns=(
            Column("month", value=batch_name, needs=("month",), link=True),
            Column("place_key"),
            Column("purpose", minor=True),
            Column("state", value=state),
            Column("count", numeric=True, minor=True),
            Column("total_fen", numeric=True),
            Column("booked_fen", numeric=True, minor=True),
        ),
        filters=(Filter("state"), Filter("place_key"), Filter("purpose")),
        search=by_batch_number,
        search_label=("批次号或月份", "Batch number or month"),
        order=("-month", "-id"),
        panels=(
            Panel("money.sums", ("金额与笔数", "Sums"), sums, order=10),
            Panel("money.against", ("与上次发放相比", "Against the last time"), batch_sum, order=15),
            Panel("money.left_out", ("未列支", "Not paid"), left_out, order=20),
            Panel("money.books", ("发放台账", "Books"), books_panel, order=25),
            Panel("money.file", ("银行文件", "Bank file"), file_panel, order=30),
            rows_panel(
                "money.answers", ("银行回盘", "The bank's answers"), Reconciliation, "batch",
                (
                    Column("name", link=True), Column("rows", numeric=True), Column("paid", numeric=True),
                    Column("refused", numeric=True),
                    Column("errors", value=_unusable, numeric=True),
                ), order=40, hide_when_empty=True,
            ),
            Panel("money.signing", ("编制与签发", "Prepared and signed"), signing_panel, order=10, side=True),
        ),
        head=lambda viewer, batch: [state(viewer, batch)],
        actions=(
            "money.sign_batch", "money.give_batch_back", "money.hand_in_again", "money.mark_sent", "money.reconcile",
            "money.discard_batch",
        ),
        roles=access.READERS[1:],
        area="money",
        rank=20,
        empty=("暂无批次。请从“月度发放”编制。", "No batch yet. Prepare one under “Monthly payment”."),
    )
)  # fmt: skip


def batch_cell(viewer: Viewer, line: Line | Omission) -> Link | str:
    """The batch a line is in; below the paying place, whose batch is out of reach, its number alone."""
    batch = Batch.objects.visible_to(viewer).filter(pk=line.batch_id).first()
    return Link(batch_name(viewer, batch), record_url(batch)) if batch else f"#{line.batch_id}"


def omission_facts(viewer: Viewer, row: Omission) -> list[Body]:
    """Who was left out, of which batch and why, and the order on which it is settled."""
    order = Link(child_cell(viewer, row), record_url(Order, row.order_id))
    facts = [
        Fact(label_of(Omission, "order"), order),
        *facts_of(viewer, row, ("verdict", "month", "amount_fen")),
        Fact(label_of(Omission, "batch"), batch_cell(viewer, row)),
        *facts_of(viewer, row, ("place_key",)),
    ]
    return [Facts(facts), Note(help_for(row.verdict))] if help_for(row.verdict) else [Facts(facts)]


def line_facts(viewer: Viewer, line: Line) -> list[Body]:
    """The line, and what corrects it."""
    account = line.account
    facts = [
        Fact(label_of(Line, "child"), child_cell(viewer, line)),
        *facts_of(viewer, line, ("amount_fen", "month", "kind")),
        Fact(label_of(Line, "account"), Link(account.masked, record_url(account)) if account else None),
        *facts_of(viewer, line, ("refusal",)),
        Fact(label_of(Line, "batch"), batch_cell(viewer, line)),
        *facts_of(viewer, line, ("place_key",)),
    ]
    if line.corrects_id:
        corrected = Link(line_name(viewer, line.corrects), record_url(line.corrects))
        facts.append(Fact(label_of(Line, "corrects"), corrected))
    return [Facts(facts)]


def other_account(viewer: Viewer, line: Line) -> list[Body]:
    """Money comes back where the account is wrong: whoever keeps accounts enters another one, then it is paid again."""
    payee = line.order.payee
    text = Label(
        "请与收款人核对账户并重新登记；复核通过后，由县级重发该笔。",
        "Ask the payee and enter the right account; once it is checked the county pays this sum again.",
    )
    enter = Link(Label("登记收款账户", "Enter an account"), action_url("money.propose_account", payee.pk))
    facts = [Fact(label_of(Order, "payee"), Link(shown(viewer, payee, "name"), record_url(payee)))]
    if ACTIONS["money.propose_account"].offered_to(viewer, payee):
        facts.append(Fact(Label("办理", "Act"), enter))
    return [Note(text), Facts(facts)]


LINE_COLUMNS: tuple[Column[Line], ...] = (
    Column("id", title=("发放编号", "Payment number"), value=line_name, needs=("batch",), link=True),
    Column("child", value=child_cell, needs=("child",)),
    Column("month"),
    Column("kind", minor=True),
    Column("state", value=state),
    Column("amount_fen", numeric=True),
    Column("refusal", minor=True),
)
register(
    Sheet[Line](
        "money.line",
        Line,
        title=("发放记录", "Payment"),
        plural=("发放记录", "Payments"),
        name_of=line_name,
        columns=LINE_COLUMNS,
        search=by_reference,
        search_label=("发放编号", "Payment number"),
        filters=(
            Filter("batch", title=("批次号", "Batch number")), Filter("state"), Filter("kind"), Filter("place_key"),
        ),
        prefetch=("child",),
        panels=(
            Panel("money.line_facts", ("发放记录", "Payment"), line_facts, order=10),
            rows_panel("money.corrected_by", ("更正记录", "Corrected by"), Line, "corrects", LINE_COLUMNS, order=20,
                       hide_when_empty=True),
        ),
        head=lambda viewer, line: [state(viewer, line)],
        actions=("money.hold_line", "money.reissue_line", "money.keep_unpaid", "money.reverse_line"),
        roles=access.READERS,
        area="money",
        rank=60,
    )
)  # fmt: skip
register(
    Sheet[Line](
        "money.refused",
        Line,
        title=("银行退回款", "Refused payment"),
        plural=("银行退回款", "Refused payments"),
        name_of=line_name,
        columns=LINE_COLUMNS,
        filters=(Filter("place_key"),),
        prefetch=("child",),
        narrow=lambda rows, viewer: still_unpaid(rows),
        panels=(
            Panel("money.refused_facts", ("退回的款项", "What came back"), line_facts, order=10),
            Panel("money.refused_next", ("下一步", "Next step"), other_account, order=20),
        ),
        roles=access.READERS,
        area="money",
        rank=30,
        empty=("没有待处理的退回款。", "No refused payment is open."),
    )
)


register(
    Sheet[Omission](
        "money.omission",
        Omission,
        title=("未列支记录", "Left out of a run"),
        plural=("未列支记录", "Left out of runs"),
        name_of=lambda viewer, row: f"{row.month:%Y-%m} #{row.pk}",
        columns=(
            Column("child", value=child_cell, needs=("child",), link=True),
            Column("verdict"),
            Column("month", value=lambda viewer, row: Month(row.month), needs=("month",)),
            Column("amount_fen", numeric=True),
            Column("place_key", minor=True),
        ),
        filters=(
            Filter("batch", title=("批次号", "Batch number")), Filter("verdict"), Filter("place_key"),
        ),
        prefetch=("child",),
        order=("-id",),
        panels=(Panel("money.omission_facts", ("未列支", "Not paid"), omission_facts, order=10),),
        roles=access.READERS[1:],
        area="money",
        rank=64,
        actions=(),
        empty=("没有未列支的记录。", "Nobody was left out."),
    )
)  # fmt: skip
register(
    Sheet[Hold](
        "money.hold",
        Hold,
        title=("暂缓发放", "Held payment"),
        plural=("暂缓发放", "Held payments"),
        name_of=lambda viewer, hold: f"{hold.month:%Y-%m} #{hold.pk}",
        columns=(
            Column("child", value=child_cell, needs=("child",), link=True),
            Column("month", value=lambda viewer, hold: Month(hold.month), needs=("month",)),
            Column("why"),
            Column("lifted_why", minor=True),
        ),
        filters=(
            Filter(
                "open", title=("状态", "State"), kind="choice",
                choices=lambda viewer: [("yes", Label("待核实", "Not settled").text(viewer.locale))],
                apply=lambda rows, value, viewer: rows.filter(lifted_by=None),
            ),
            Filter("place_key"),
        ),
        prefetch=("child",),
        order=("-id",),
        panels=(
            fields_panel("money.hold_facts", ("暂缓发放", "Held payment"),
                         ("month", "why", "held_by__name", "lifted_by__name", "lifted_why"), order=10),
        ),
        actions=("money.lift_hold",),
        roles=(*access.OFFICERS[:1], Role.COUNTY_FINANCE, Role.AUDITOR),
        area="money",
        rank=32,
        empty=("没有暂缓的款项。", "No payment is held."),
    )
)  # fmt: skip


def answer_facts(viewer: Viewer, answer: Reconciliation) -> list[Body]:
    """Which batch it answers, and from which bank."""
    batch = Fact(label_of(Reconciliation, "batch"), Link(batch_name(viewer, answer.batch), record_url(answer.batch)))
    facts = Facts([batch, *facts_of(viewer, answer, ("bank", "rows"))])
    return [facts] if answer.errors else [facts, Note(Label("每一行都已处理。", "Every row was used."))]


register(
    Sheet[Reconciliation](
        "money.answer",
        Reconciliation,
        title=("银行回盘", "The bank's answer"),
        plural=("银行回盘", "The bank's answers"),
        name_of=lambda viewer, answer: answer.name,
        columns=(Column("name", link=True), Column("rows", numeric=True), Column("paid", numeric=True),
                 Column("refused", numeric=True)),
        panels=(
            Panel("money.answer_facts", ("银行回盘", "The bank's answer"), answer_facts, order=5),
            told_panel("money.row_errors", ("处理结果", "Result")),
        ),
        roles=access.FINANCE,
        area="money",
        rank=70,
        actions=(),
    )
)  # fmt: skip


@page("money/batch/<int:batch_id>/file/", name="money.bank_file", roles=access.FINANCE, title=("银行文件", "Bank file"),
      area="money")  # fmt: skip
def bank_file_page(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Asks for the form the bank takes; sent with it, the export is put on record and the file comes back."""
    viewer = viewer_of(request)
    batch = found_in(Batch, viewer, batch_id, "money.bank_file")
    sent = submit(request, actions.export_bank_file, batch) if request.method == "POST" else begin(request)
    how = rules.bank_format(batch.place_key, viewer.today)
    if sent.done:
        form = sent.given.form
        response = HttpResponse(bank_file.build(batch, form, how), content_type=bank_file.MEDIA[form])
        response.headers["Content-Disposition"] = f'attachment; filename="{bank_file.file_name(batch, form, how)}"'
        response.headers["Cache-Control"] = "no-store"
        return response
    name = batch_name(viewer, batch)
    context = sent.shown(actions.export_bank_file.input) | {
        "name": name, "batch": batch, "back": record_url(batch), "forms": list(BankFileForm),
        "chosen": request.POST.get("form", how.form.value), "how": how, "lost": bank_file.uncarried(batch)[:50],
    }  # fmt: skip
    crumbs = [Way(name, record_url(batch))]
    return show(request, "money/bank_file.html", context, title=_("Bank file"), crumbs=crumbs, status=sent.status)
