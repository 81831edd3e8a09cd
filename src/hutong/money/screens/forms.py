"""How the actions look as forms: what each does in one sentence, and the evidence beside a decision."""

from __future__ import annotations

from typing import Any

from hutong.channels.content import Body, Headed
from hutong.channels.sheet import action_form, action_url, to_result
from hutong.channels.tables import ANSWERS, column_choices
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.money.access import own_batch
from hutong.money.models import Batch, Line, Order, Payee, Reconciliation
from hutong.money.queries.accounts import unpaid_lines
from hutong.money.queries.bank_answer import HEADINGS
from hutong.money.queries.signing import given_back, may_sign, standing
from hutong.money.screens.adds_up import batch_sum
from hutong.money.screens.batches import left_out, sums
from hutong.money.screens.payees import evidence, order_facts
from hutong.money.screens.recoveries import arithmetic
from hutong.money.screens.signing import signing_panel
from hutong.money.terms import COLLECTIVE, OUTGOING, BatchState, LineState


def _batch(viewer: Viewer, batch: Batch) -> list[Body]:
    parts = [
        (Label("金额与笔数", "Sums"), sums(viewer, batch)),
        (Label("与上次发放相比", "Against the last time"), batch_sum(viewer, batch)),
        (Label("未列支", "Not paid"), left_out(viewer, batch)),
        (Label("编制与签发", "Prepared and signed"), signing_panel(viewer, batch)),
    ]
    return [Headed(title, body) for title, body in parts if body]


def _may_sign(viewer: Viewer, batch: Batch) -> bool:
    return may_sign(viewer, batch) is None


def _payees_of(viewer: Viewer, order: Order) -> list[tuple[Any, str]]:
    rows = Payee.objects.all().visible_to(viewer).filter(child=order.child_id).exclude(pk=order.payee_id)
    return [(p.pk, f"{p.name}（{p.kind.label(viewer.locale)}）") for p in rows.order_by("id")]


def _refused(viewer: Viewer, line: Line) -> bool:
    return line.state == LineState.REFUSED and line.settled_on is None


def _held_back(viewer: Viewer, line: Line) -> bool:
    return line.state == LineState.PREPARED and line.batch.state == BatchState.PREPARED and line.kind in OUTGOING


def _paid(viewer: Viewer, line: Line) -> bool:
    return line.state == LineState.PAID and line.kind in OUTGOING


def _last_bank(viewer: Viewer, batch: Batch) -> dict[str, Any]:
    """The bank that answered the place's last batch: most places have one."""
    answers = Reconciliation.objects.filter(place_key=batch.place_key).order_by("-id")
    return {"bank": answers.values_list("bank", flat=True).first() or ""}


action_form(
    "money.sign_batch",
    text=(
        "签发后批次与每笔记录都不能再改动，只能更正。",
        "Once signed, the batch and its lines cannot be changed, only corrected.",
    ),
    button=("签发", "Sign"),
    primary=True,
    aside=_batch,
    offered=_may_sign,
    done=("已签发。", "Signed."),
)
action_form(
    "money.set_signing_chain",
    text=(
        "编制人之后依次由谁签字；每人只签一步，最后一步签字后才能导出银行文件。",
        "Who signs after the preparer, one after the other; nobody signs twice, and only after the last signature is"
        " there a bank file.",
    ),
)
action_form(
    "money.give_batch_back",
    text=(
        "写明需更正之处。编制人更正后重新送签，各步骤重新签字。",
        "Say what has to be put right. The preparer hands it in again, and every step signs anew.",
    ),
    aside=_batch,
    offered=_may_sign,
)
action_form(
    "money.hand_in_again",
    text=("更正后重新送签。", "What was wrong has been put right."),
    aside=_batch,
    offered=lambda viewer, batch: bool(given_back(standing(batch))) and own_batch(viewer, batch, None) is None,
    primary=True,
)
action_form(
    "money.discard_batch",
    text=(
        "批次作废后，本月可重新编制。记录保留，不会删除。",
        "The month can then be prepared again. The lines stay on file as void.",
    ),
    button=("作废", "Discard"),
    danger=True,
    aside=_batch,
)
action_form(
    "money.mark_sent",
    text=("确认银行文件已交银行。", "Confirm that the bank has the file."),
    button=("登记已送银行", "Record as sent"),
    primary=True,
    aside=_batch,
)
action_form(
    "money.reconcile",
    text=(
        "上传银行回盘（XLSX 或 CSV），需含“发放编号”和“处理结果”两列。"
        "有问题的行会逐行列出，其余照常处理；重复上传不改变任何记录。",
        "Add the bank's answer (XLSX or CSV) with the columns “Payment number” and “Result”. Unusable rows are"
        " listed, the rest is processed; the same file again changes nothing.",
    ),
    button=("处理回盘", "Process"),
    choices=column_choices(HEADINGS),
    later=(*ANSWERS, "words"),
    initial=_last_bank,
    primary=True,
    after=to_result,
)
action_form(
    "money.propose_account",
    text=(
        "拍下银行卡或存折。账户须由另一人复核后才会使用。",
        "Photograph the card or passbook. Nothing is paid to it before a second person approved it.",
    ),
    button=("提交复核", "Hand in for checking"),
    after=to_result,
)
action_form(
    "money.approve_account",
    text=("请将照片与所录账号逐位核对。", "Compare the photo with the number digit by digit."),
    button=("复核通过", "Approve"),
    primary=True,
    aside=evidence,
    offered=lambda viewer, version: version.proposed_by_id != viewer.user_id,
)
action_form(
    "money.approve_payee_change",
    button=("批准变更", "Approve"),
    primary=True,
    aside=lambda viewer, change: order_facts(viewer, change.order),
    offered=lambda viewer, change: change.proposed_by_id != viewer.user_id,
)
action_form(
    "money.propose_payee_change",
    text=("先在收款人处登记新收款人及其账户。", "The new payee and their account are entered first."),
    choices={"payee_id": _payees_of},
    aside=order_facts,
    after=to_result,
)
action_form("money.name_payee", after=lambda result, record: action_url("money.propose_account", result.pk))
action_form(
    "money.reissue_line",
    text=(
        "按收款人现有账户重新发放，需另一人签发。",
        "Paid again to the payee's present account, once a second person signed.",
    ),
    offered=_refused,
    primary=True,
)
action_form(
    "money.reissue_all",
    text=("按收款人现有账户重新发放全部退回款。", "All refused payments are paid again to the present account."),
    offered=lambda viewer, payee: unpaid_lines(payee).exists(),
    primary=True,
)
action_form("money.keep_unpaid", offered=_refused)
action_form(
    "money.reverse_line",
    text=(
        "仅用于银行已整笔退回的款项。记录不删除，另列冲销。",
        "Only for money the bank gave back whole. Nothing is deleted: a reversal is added.",
    ),
    offered=_paid,
    danger=True,
)
action_form(
    "money.open_recovery",
    text=(
        "先告知收款人理由并留出答复时间；不得从以后的补贴中直接扣除。",
        "The payee is told the reasons and has time to answer; nothing is set off.",
    ),
    aside=order_facts,
    after=to_result,
)
action_form(
    "money.record_repayment",
    text=(
        "由财务按到账凭证登记，可分次退回；先冲抵最早的月份，由另一人签发后入账。",
        "Recorded by finance from the receipt, whole or in part; the oldest month first. Somebody else signs it.",
    ),
    aside=arithmetic,
    primary=True,
)
action_form(
    "money.hold_line",
    text=(
        "该笔暂不发放，批次随之重新计算；核实并由另一人解除后，下次发放时补上。",
        "This payment waits and the batch is counted again; once another person has settled it, the next run pays it.",
    ),
    offered=_held_back,
    after=to_result,
)
action_form(
    "money.lift_hold",
    text=("写明核实结果。下次发放时补发该月。", "Say what was found. The next run pays the month."),
    offered=lambda viewer, hold: hold.lifted_by_id is None and hold.held_by_id != viewer.user_id,
    primary=True,
)
action_form(
    "money.confirm_shared_account",
    text=(
        "仅在查明多名儿童确由同一人抚养、共用账户属实时确认。",
        "Confirm only after finding that one person does raise these children and receives for them.",
    ),
    offered=lambda viewer, account: account.proposed_by_id != viewer.user_id and account.payee.kind not in COLLECTIVE,
)
