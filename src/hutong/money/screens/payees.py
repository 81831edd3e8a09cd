"""Orders, payees, accounts and changes of payee; the payments on a child's page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hutong.channels.content import Body, Fact, Facts, Fen, Link, Month, Note, Rows
from hutong.channels.panels import facts_of, fields_panel, rows_panel
from hutong.channels.reading import found_in
from hutong.channels.sheet import Column, Filter, Panel, Sheet, action_url, page, page_url, panel, record_url, register
from hutong.channels.web.files import file_link
from hutong.channels.web.frame import Way, show, viewer_of
from hutong.channels.web.submit import begin, submit
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.money import access, actions
from hutong.money.models import AccountVersion, Line, Order, Payee, PayeeChange, SharedAccount
from hutong.money.queries.accounts import account_number, unpaid_lines
from hutong.money.screens.batches import LINE_COLUMNS
from hutong.money.screens.labels import (
    child_cell,
    line_name,
    state,
)  # fmt: skip
from hutong.money.terms import LineState
from hutong.org.terms import Role
from hutong.people.models import Child
from hutong.people.queries.children import child_behind, name_of

NUMBER_READERS = (*access.ACCOUNT_CHECKERS, Role.COUNTY_FINANCE, Role.AUDITOR)


def order_name(viewer: Viewer, order: Order) -> str:
    """What an order is called: item and child."""
    return f"{order.item.label(viewer.locale)} · {name_of(viewer, child_behind(order))}"


def order_facts(viewer: Viewer, order: Order) -> list[Body]:
    """Who receives, from which month to which."""
    payee = order.payee
    facts = [
        Fact(label_of(Order, "child"), child_cell(viewer, order)),
        Fact(label_of(Order, "payee"), Link(payee.name, record_url(payee)), payee.kind),
        *facts_of(viewer, order, ("first_month", "last_month")),
    ]
    if order.suspended_from:
        facts.append(Fact(label_of(Order, "suspended_from"), Month(order.suspended_from)))
    if viewer.role in access.ACCOUNT_KEEPERS:
        url = action_url("money.name_payee", child_id=order.child_id, place_id=order.place_id)
        new = Link(Label("登记新收款人", "Name another payee"), url)
        facts.append(Fact(Label("收款人需变更时", "If the payee has to change"), new))
    return [Facts(facts)]


register(
    Sheet[Order](
        "money.order",
        Order,
        title=("发放指令", "Payment order"),
        plural=("发放指令", "Payment orders"),
        name_of=order_name,
        columns=(
            Column("child", value=child_cell, needs=("child",), link=True),
            Column("payee__name"),
            Column("first_month"),
            Column("last_month", minor=True),
            Column("state", value=state),
            Column("place_key", minor=True),
        ),
        filters=(Filter("state"), Filter("place_key")),
        prefetch=("child", "payee"),
        panels=(
            Panel("money.order_facts", ("发放指令", "Order"), order_facts, order=10),
            rows_panel("money.payments", ("发放记录", "Payments"), Line, "order", LINE_COLUMNS, order=20,
                       sort=("-month", "-id"), limit=36),
            rows_panel("money.changes", ("收款人变更", "Changes of payee"), PayeeChange, "order",
                       (Column("new_payee__name", link=True), Column("why"), Column("state", value=state)), order=30,
                       hide_when_empty=True),
        ),
        head=lambda viewer, order: [state(viewer, order)],
        actions=("money.propose_payee_change", "money.ask_payee_change"),
        roles=access.READERS,
        area="money",
        rank=62,
    )
)  # fmt: skip


def payments_of_child(viewer: Viewer, child: Child) -> list[Body] | None:
    """On the child's page: its orders and what was paid last."""
    orders = list(Order.objects.all().visible_to(viewer).filter(child=child).select_related("payee").order_by("-id"))
    if not orders:
        return None
    heads = [label_of(Line, "order"), label_of(Order, "payee"), label_of(Order, "state")]
    rows = [[Link(o.item, record_url(o)), Link(o.payee.name, record_url(o.payee)), state(viewer, o)] for o in orders]
    lines = Line.objects.filter(order__in=orders).exclude(state=LineState.VOID).order_by("-month", "-id")[:12]
    paid_heads = [label_of(Line, name) for name in ("month", "kind", "amount_fen", "state")]
    paid = [[Link(f"{x.month:%Y-%m}", record_url(x)), x.kind, Fen(x.amount_fen), state(viewer, x)] for x in lines]
    empty = Label("尚未发放。", "Nothing paid yet.")
    return [Rows(heads, rows), Rows(paid_heads, paid, empty=empty, numeric=frozenset({2}))]


panel("people.child", Panel("money.child", ("补贴发放", "Payments"), payments_of_child, order=60, roles=access.READERS))


ACCOUNT_COLUMNS: tuple[Column[AccountVersion], ...] = (
    Column("last4", value=lambda viewer, version: version.masked, needs=("last4",), link=True),
    Column("bank"),
    Column("holder"),
    Column("state", value=state),
    Column("valid_from"),
)


def refused_of_payee(viewer: Viewer, payee: Payee) -> list[Body] | None:
    """Refused payments that wait for the right account."""
    lines = list(unpaid_lines(payee)[:50])
    if not lines:
        return None
    heads = [
        Label("发放编号", "Payment number"),
        *(label_of(Line, name) for name in ("month", "amount_fen", "refusal")),
    ]
    rows = [[Link(line_name(viewer, x), record_url(x)), Month(x.month), Fen(x.amount_fen), x.refusal] for x in lines]
    return [Rows(heads, rows, numeric=frozenset({2}))]


register(
    Sheet[Payee](
        "money.payee",
        Payee,
        title=("收款人", "Payee"),
        plural=("收款人", "Payees"),
        name_of=lambda viewer, payee: payee.name,
        columns=(
            Column("name", link=True),
            Column("kind"),
            Column("child", value=child_cell, needs=("child",)),
            Column("place_key"),
        ),
        filters=(Filter("kind"), Filter("place_key")),
        prefetch=("child",),
        panels=(
            rows_panel("money.accounts", ("收款账户", "Accounts"), AccountVersion, "payee", ACCOUNT_COLUMNS, order=10,
                       empty=("尚无账户。点“登记收款账户”补录。", "No account yet. Enter one."),
                       actions=("money.propose_account",)),
            Panel("money.refused_lines", ("待重发的退回款", "Refused payments"), refused_of_payee, order=20,
                  actions=("money.reissue_all",)),
            rows_panel("money.orders_of", ("发放指令", "Orders"), Order, "payee",
                       (Column("child", value=child_cell, needs=("child",), link=True),
                        Column("first_month"), Column("state", value=state)), order=30),
        ),
        actions=("money.propose_account", "money.reissue_all"),
        create=("money.name_payee",),
        roles=access.READERS,
        area="money",
        rank=64,
    )
)  # fmt: skip


def evidence(viewer: Viewer, version: AccountVersion) -> list[Body]:
    """The paper beside the decision."""
    if version.proof_id is None:
        text = Label(
            "沿用原发放名册，无单独材料。请与名册核对。",
            "Taken over from a roll without a paper: compare with the roll.",
        )
        return [Note(text, "warn")]
    return [
        Facts(
            [
                Fact(
                    Label("银行卡或存折照片", "Photo of card or passbook"),
                    file_link(viewer, version.proof_id, Label("打开", "Open")),
                )
            ]
        )
    ]


def accounts_of_new(viewer: Viewer, change: PayeeChange) -> list[Body]:
    """Where the new payee would receive; without an approved account the change cannot be approved."""
    versions = AccountVersion.objects.filter(payee=change.new_payee_id).order_by("-id")
    heads = [label_of(AccountVersion, name) for name in ("last4", "bank", "holder", "state")]
    rows = [[Link(v.masked, record_url(v)), v.bank, v.holder, state(viewer, v)] for v in versions]
    empty = Label("尚无账户，请先登记并复核。", "No account yet: enter and approve one first.")
    payee = Fact(label_of(PayeeChange, "new_payee"), Link(change.new_payee.name, record_url(change.new_payee)))
    return [Facts([payee]), Rows(heads, rows, empty=empty)]


def whole_number(viewer: Viewer, version: AccountVersion) -> list[Body] | None:
    """Where the whole number is shown, for a purpose."""
    link = Link(Label("查看完整账号", "Show the whole number"), page_url("money.number", account_id=version.pk))
    return [Facts([Fact(label_of(AccountVersion, "last4"), version.masked, Label("查看会留痕", "kept on record")),
                   Fact(Label("完整账号", "Whole number"), link)])]  # fmt: skip


register(
    Sheet[AccountVersion](
        "money.account",
        AccountVersion,
        title=("收款账户", "Account"),
        plural=("收款账户", "Accounts"),
        name_of=lambda viewer, version: f"{version.holder} {version.masked}",
        columns=(Column("payee__name", link=True), *ACCOUNT_COLUMNS),
        filters=(Filter("state"), Filter("place_key"), Filter("source")),
        prefetch=("payee",),
        panels=(
            fields_panel("money.account_facts", ("账户", "Account"),
                         ("payee__name", "bank", "holder", "source", "valid_from", "proposed_by__name",
                          "approved_by__name", "declined_why"), order=10),
            Panel("money.evidence", ("证明材料", "Paper"), evidence, order=20, roles=access.ACCOUNT_KEEPERS),
            rows_panel("money.confirmed_for", ("多名儿童共用的确认", "Confirmed for several children"), SharedAccount,
                       "account", (Column("children", numeric=True), Column("why"), Column("confirmed_by__name")),
                       order=25, hide_when_empty=True),
            Panel("money.number", ("账号", "Number"), whole_number, order=30, roles=NUMBER_READERS),
        ),
        head=lambda viewer, version: [state(viewer, version)],
        actions=("money.approve_account", "money.decline_account", "money.confirm_shared_account"),
        create=("money.approve_accounts",),
        roles=access.READERS,
        area="money",
        rank=66,
    )
)  # fmt: skip
register(
    Sheet[PayeeChange](
        "money.payee_change",
        PayeeChange,
        title=("收款人变更", "Change of payee"),
        plural=("收款人变更", "Changes of payee"),
        name_of=lambda viewer, change: f"{change.old_payee.name} → {change.new_payee.name}",
        columns=(Column("new_payee__name", link=True), Column("why"), Column("state", value=state)),
        filters=(Filter("state"), Filter("place_key")),
        prefetch=("new_payee", "old_payee"),
        panels=(
            fields_panel("money.change_facts", ("变更", "Change"),
                         ("old_payee__name", "new_payee__name", "why", "note", "proposed_by__name",
                          "approved_by__name"), order=10),
            Panel("money.change_proof", ("依据材料", "Paper"),
                  lambda viewer, change: Facts([Fact(label_of(PayeeChange, "proof"),
                                                     file_link(viewer, change.proof_id, Label("打开", "Open")))]),
                  order=20, roles=access.ACCOUNT_KEEPERS),
            Panel("money.new_accounts", ("新收款人的账户", "Accounts of the new payee"), accounts_of_new, order=30),
        ),
        head=lambda viewer, change: [state(viewer, change)],
        actions=("money.approve_payee_change", "money.decline_payee_change"),
        roles=access.READERS,
        area="money",
        rank=68,
    )
)  # fmt: skip


@page("money/account/<int:account_id>/number/", name="money.number", roles=NUMBER_READERS,
      title=("完整账号", "Whole account number"), area="money")  # fmt: skip
def number_page(request: HttpRequest, account_id: int) -> HttpResponse:
    """Asks for the purpose; sent with it, shows the number. The opening is in the journal before it is shown."""
    viewer = viewer_of(request)
    version = found_in(AccountVersion, viewer, account_id, "money.number")
    sent = submit(request, actions.open_account_number, version) if request.method == "POST" else begin(request)
    name, back = f"{version.holder} {version.masked}", record_url(version)
    context = sent.shown(actions.open_account_number.input) | {"name": name, "back": back}
    context |= {"number": account_number(version)} if sent.done else {}
    crumbs = [Way(name, back)]
    response = show(
        request, "money/number.html", context, title=_("Whole account number"), crumbs=crumbs, status=sent.status
    )
    response.headers["Cache-Control"] = "no-store"
    return response
