"""Payees and the versions of their accounts: proof, and two different people."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hutong.core import places
from hutong.core.action import action
from hutong.core.audit.journal import journal
from hutong.core.context import note
from hutong.core.errors import Conflict
from hutong.core.events import raise_event
from hutong.core.files import Upload, read_file, store_file
from hutong.core.inputs import Given, Nothing, Place, ask, of, required, wrong
from hutong.core.many import Item, bulk
from hutong.core.record import next_id
from hutong.core.tasks import done_tasks, leave_task
from hutong.core.terms import JournalKind
from hutong.core.viewer import SYSTEM, Viewer
from hutong.money import access
from hutong.money.actions.inputs import AccountNumber, misread_card
from hutong.money.models import AccountVersion, Order, Payee
from hutong.money.queries.accounts import account_key, account_number, current_account, sealed_number, unpaid_lines
from hutong.money.terms import COLLECTIVE, AccountSource, AccountState, PayeeKind
from hutong.money.workflow import ACCOUNT_APPROVED, MISSING_ACCOUNT, REFUSED_ACCOUNT, REISSUE
from hutong.org.terms import Role
from hutong.people.models import Child, Person


class NewPayee(Given):
    """Who is to receive. `place_id` is the division whose officers look after the payee."""

    child_id: int | None = of(Payee, "child", None, control="hidden")
    kind: PayeeKind = of(Payee, "kind")
    person_id: int | None = of(Payee, "person", None, control="hidden")
    # Elsewhere the name stands for the payee; here it is asked for.
    name: str = of(Payee, "name", words=("收款人姓名", "Name of the payee"), min_length=1)
    place_id: Place = of(Payee, "place")


def _payee_inside(viewer: Viewer, given: NewPayee) -> str | None:
    return None if viewer.role == SYSTEM else access.inside(viewer, given.place_id)


@action("money.name_payee", input=NewPayee, roles=(*access.ACCOUNT_KEEPERS, SYSTEM), allow=_payee_inside,
        title=("登记收款人", "Name a payee"))  # fmt: skip
def name_payee(viewer: Viewer, given: NewPayee) -> Payee:
    """The payee, found again when the same one is known. Raises Invalid when the child is missing or not visible."""
    collective = given.kind in COLLECTIVE
    child = None if collective else _visible_child(viewer, given)
    place_key = places.key(given.place_id)
    same = Payee.objects.filter(kind=given.kind, name=given.name, place_id=given.place_id)
    same = same.filter(child=child, person_id=given.person_id)
    found = same.order_by("id").first()
    if found:
        return found
    if given.person_id and not Person.objects.filter(pk=given.person_id).exists():
        raise wrong(given, "person_id", "unknown", _("is not known"))
    return Payee.objects.create(
        child=child, kind=given.kind, person_id=given.person_id, name=given.name, place_id=given.place_id,
        place_key=place_key,
    )  # fmt: skip


def _visible_child(viewer: Viewer, given: NewPayee) -> Child:
    rows = Child.objects.all() if viewer.role == SYSTEM else Child.objects.all().visible_to(viewer)
    child = rows.filter(pk=given.child_id).first() if given.child_id else None
    if child is None:
        raise wrong(given, "child_id", "unknown", _("is not known or not in your area"))
    return child


class NewAccount(Given):
    """The number as it stands on the card or passbook, with a photo of it; a roll taken over has no photo."""

    number: AccountNumber = ask("账号", "Account number")
    number_compared: bool = ask(
        "已逐位核对账号",
        "I compared the number with the card digit by digit",
        False,
        hint=("仅在校验位不符时需要勾选。", "Only needed when the check digit does not fit."),
    )
    bank: str = of(AccountVersion, "bank", min_length=2)
    holder: str = of(AccountVersion, "holder", min_length=1)
    source: AccountSource = of(AccountVersion, "source", AccountSource.PAPER)
    # Says which paper.
    proof: Upload | None = of(
        AccountVersion, "proof", None, words=("银行卡或存折照片", "Photo of the card or passbook")
    )
    valid_from: date | None = of(AccountVersion, "valid_from", None)


@action("money.propose_account", on=Payee, input=NewAccount, roles=access.ACCOUNT_KEEPERS,
        title=("登记收款账户", "Enter an account"))  # fmt: skip
def propose_account(viewer: Viewer, payee: Payee, given: NewAccount) -> AccountVersion:
    """A new version of the payee's account, paid to once a second person has approved it. Raises Invalid, Conflict."""
    _check_number(given)
    if given.source == AccountSource.ROLL and payee.accounts.exists():
        raise wrong(given, "source", "contradiction", _("does not do: a change of account needs its own paper"))
    required(given, proof=given.source == AccountSource.PAPER and given.proof is None)
    proof = None
    if given.proof is not None:
        upload = given.proof
        proof = store_file(viewer, upload.data, upload.name, place_key=payee.place_key, child_id=payee.child_id)
    row_id = next_id(AccountVersion)
    version = AccountVersion(
        id=row_id,
        payee=payee,
        number=sealed_number(row_id, given.number),
        number_key=account_key(given.number),
        last4=given.number[-4:],
        bank=given.bank,
        holder=given.holder,
        source=given.source,
        proof=proof,
        proposed_by_id=access.person(viewer),
        valid_from=given.valid_from or viewer.today,
        place_key=payee.place_key,
    )
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError as error:
        if "account_one_proposal" not in str(error):
            raise
        raise Conflict(
            _("Another account of this payee is waiting to be checked. Decide on that one first.")
        ) from error
    return version


def _check_number(given: NewAccount) -> None:
    if misread_card(given.number) and not given.number_compared:
        what = _("does not fit its check digit: a digit is wrong or two are swapped")
        todo = _("Compare it with the card digit by digit; if it is right, tick the box.")
        raise wrong(given, "number", "invalid", what, todo)


@action("money.approve_account", on=AccountVersion, input=Nothing, roles=access.ACCOUNT_CHECKERS,
        allow=access.not_the_proposer, title=("复核通过账户", "Approve an account"))  # fmt: skip
def approve_account(viewer: Viewer, version: AccountVersion, given: Nothing) -> AccountVersion:
    """The second person compared number and paper; from its date on money goes there."""
    version.approved_by_id = viewer.user_id
    version.save(update_fields=["approved_by"])
    _after_approval(version)
    return version


def _after_approval(version: AccountVersion) -> None:
    payee = version.payee
    done_tasks(payee, REFUSED_ACCOUNT.name)
    for order in Order.objects.filter(payee=payee):
        done_tasks(order, MISSING_ACCOUNT.name)
    if unpaid_lines(payee).exists():
        leave_task(REISSUE.name, subject=payee, place_key=payee.place_key, role=Role.COUNTY_OFFICER, urgent=True)
    raise_event(ACCOUNT_APPROVED, payee_id=payee.pk, account_id=version.pk, child_id=payee.child_id)


class Bring(Given):
    """A payee who moves with the child, and the place whose officers look after them from now on."""

    payee_id: int = of(Order, "payee")
    place_id: Place = ask("迁入地", "Place")


@action("money.bring_payee", input=Bring, roles=(SYSTEM,), inner=True,
        title=("收款人和账户随迁", "Take payee and account along"))  # fmt: skip
def bring_payee(viewer: Viewer, given: Bring) -> Payee | None:
    """The same payee in another place, with the account two people have checked; None for a payee of many children.

    The old payee stays where they are: the old place pays what it still owes to them. Paper and number are sealed anew
    for the rows they come to stand in.
    """
    old = Payee.objects.get(pk=given.payee_id)
    if old.child_id is None:
        return None
    asked = {"child_id": old.child_id, "kind": old.kind, "person_id": old.person_id, "name": old.name}
    payee = name_payee(viewer, {**asked, "place_id": given.place_id})
    version = current_account(old.pk, viewer.today)
    if version is not None and not payee.accounts.exists():
        _bring_account(viewer, version, payee)
    return payee


def _bring_account(viewer: Viewer, old: AccountVersion, payee: Payee) -> None:
    row_id = next_id(AccountVersion)
    proof = old.proof
    if proof is not None:
        data = read_file(viewer, proof, purpose="money.bring_payee")
        proof = store_file(viewer, data, proof.name, place_key=payee.place_key, child_id=payee.child_id)
    AccountVersion.objects.create(
        id=row_id, payee=payee, number=sealed_number(row_id, account_number(old)), number_key=old.number_key,
        last4=old.last4, bank=old.bank, holder=old.holder, source=old.source, proof=proof, state=old.state,
        proposed_by_id=old.proposed_by_id, approved_by_id=old.approved_by_id, valid_from=old.valid_from,
        place_key=payee.place_key,
    )  # fmt: skip


class RollCompared(Given):
    """A roll that was taken over and compared, account by account, by a second person."""

    place_id: Place = of(AccountVersion, "place_key")
    count: int = ask("已与名册逐一核对的账户数", "How many accounts you compared with the roll", gt=0)


def _roll_inside(viewer: Viewer, given: RollCompared) -> str | None:
    return access.inside(viewer, given.place_id)


@action("money.approve_accounts", input=RollCompared, roles=access.ACCOUNT_CHECKERS, allow=_roll_inside,
        title=("批量复核名册账户", "Approve the accounts of a roll"))  # fmt: skip
def approve_accounts(viewer: Viewer, given: RollCompared) -> int:
    """Approve the accounts that came to a place with an existing roll; how many. One's own proposals are left out.

    Raises Invalid when another number waits than was compared: one that came meanwhile is never approved unseen.
    """
    span = places.span_of(places.key(given.place_id))
    rows = AccountVersion.objects.all().visible_to(viewer).filter(place_key__gte=span.lo, place_key__lt=span.hi)
    rows = rows.filter(state=AccountState.PROPOSED, source=AccountSource.ROLL).exclude(proposed_by_id=viewer.user_id)
    waiting = list(rows.order_by("id"))
    if len(waiting) != given.count:
        text = _("is not what waits here: %(count)s accounts of rolls proposed by others") % {"count": len(waiting)}
        raise wrong(given, "count", "contradiction", text)
    for answer in bulk(approve_account, viewer, [Item(target=version) for version in waiting]):
        answer.got()
    note(approved=len(waiting))
    return len(waiting)


class Declined(Given):
    """Why."""

    why: str = of(AccountVersion, "declined_why", min_length=2)


@action("money.decline_account", on=AccountVersion, input=Declined, roles=access.ACCOUNT_CHECKERS,
        title=("账户复核不通过", "Decline an account"))  # fmt: skip
def decline_account(viewer: Viewer, version: AccountVersion, given: Declined) -> AccountVersion:
    """The number or the paper is not right; the version stays on file, and the next one can be entered."""
    version.declined_why = given.why
    version.save(update_fields=["declined_why"])
    return version


class Purpose(Given):
    """What the number is needed for; kept in the journal."""

    purpose: str = ask("查看用途", "What for", min_length=2, max_length=200)


@action("money.open_account_number", on=AccountVersion, input=Purpose,
        roles=(*access.ACCOUNT_CHECKERS, Role.COUNTY_FINANCE, Role.AUDITOR),
        title=("查看完整账号", "Show the account number"))  # fmt: skip
def open_account_number(viewer: Viewer, version: AccountVersion, given: Purpose) -> None:
    """Record that the whole number is looked at; `queries.accounts.account_number` then gives it to the page."""
    journal(viewer, JournalKind.OPENED, what="account number", subject=version, purpose=given.purpose)
