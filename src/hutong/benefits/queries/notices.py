"""Notices and the application form on paper. Legal documents are Chinese, whatever the language of the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hutong.benefits.models import Application, Award, Delivery, Determination, Hearing
from hutong.benefits.queries.advice import arithmetic, office_name
from hutong.benefits.queries.appeals import (
    INACTION,
    REVIEW,
    SUIT,
    SUIT_AFTER_REVIEW,
    appeal_dates,
    court,
    review_body,
    review_first,
)
from hutong.benefits.queries.due import SCHOOL_LIMIT, asked_from, turns
from hutong.benefits.queries.limits import county_limit, township_limit
from hutong.benefits.queries.places import county_of, goes_to_county
from hutong.benefits.queries.told import OF_THE_FAMILY, addressee
from hutong.benefits.terms import RECOGNISED, Answer, ApplicantKind, Category, DecisionState, Outcome
from hutong.channels.print.paper import Blank, Form, Notice, NoticeTable, Section, render_form, render_notice
from hutong.core import places
from hutong.core.access import MASK, may_read, shown
from hutong.core.audit.journal import journal
from hutong.core.errors import Conflict, Refused
from hutong.core.jurisdiction import currency, law
from hutong.core.terms import JournalKind
from hutong.core.viewer import Viewer
from hutong.org.models import Agency, Division
from hutong.org.terms import AgencyKind
from hutong.people.models import Child
from hutong.people.queries.children import UNNAMED
from hutong.people.queries.identity import identity_shown

TITLES = {
    Outcome.RECOGNISE: "儿童基本生活保障确认决定书",
    Outcome.RECOGNISE_ZERO: "儿童基本生活保障确认决定书",
    Outcome.REFUSE: "儿童基本生活保障不予确认决定书",
    Outcome.RETURN_MISSING: "补正材料一次性告知书",
    Outcome.REDUCE: "儿童基本生活补贴减发决定书",
    Outcome.SUSPEND: "儿童基本生活补贴暂停发放决定书",
    Outcome.RESUME: "儿童基本生活补贴恢复发放决定书",
    Outcome.END: "儿童基本生活补贴终止发放决定书",
    Outcome.RECOVER: "多发儿童基本生活补贴追回决定书",
}
UNSIGNED = "（草稿，签署后编号）"
CHANGED = "儿童基本生活补贴调整决定书"
APPLIED_BY = {ApplicantKind.FINDING: "儿童主任"}
"""Who applied, in the middle of a sentence, where the word of the form says more than that."""
BUREAUS = (AgencyKind.BUREAU, AgencyKind.PLANNED_CITY_BUREAU, AgencyKind.CORPS_BUREAU)


def notice_pdf(viewer: Viewer, decision: Determination) -> bytes:
    """A decision as it is delivered: what, why, which articles, until when one may appeal. Raises Refused, journals.

    One that waits for its second person is a draft; one that was withdrawn says so.
    """
    if decision.state == DecisionState.WAITING:
        return draft_pdf(viewer, decision)
    if not may_read(viewer, Determination, "reasons"):
        raise Refused(_("Your post may not print this notice."))
    journal(viewer, JournalKind.EXPORTED, what="benefits.notice", subject=decision)
    return render_notice(notice_of(viewer, decision))


def draft_pdf(viewer: Viewer, decision: Determination) -> bytes:
    """A decision not taken yet as it would be delivered, without number and seal. Raises Refused, journals."""
    if not may_read(viewer, Determination, "reasons"):
        raise Refused(_("Your post may not print this notice."))
    journal(viewer, JournalKind.EXPORTED, what="benefits.notice", subject=decision.application or Determination)
    draft = replace(notice_of(viewer, decision), number=UNSIGNED, receipt=False)
    return render_notice(draft)


def notice_of(viewer: Viewer, decision: Determination) -> Notice:
    """The data of the notice; nothing sealed is part of it."""
    answer, place, outcome = decision.trace, _place(decision), Outcome(decision.outcome)
    changed = outcome in RECOGNISED and decision.application is None
    to = decision.addressee or addressee(decision.child, decision.application, decision.award, decision.decided_on)
    return Notice(
        office=_office(place),
        title=CHANGED if changed else TITLES[outcome],
        number=_number(decision),
        addressee=to,
        paragraphs=_paragraphs(decision, answer),
        issued=decision.seconded_on or decision.decided_on,
        table=_table(decision, answer),
        basis=_basis(decision, answer),
        remedies=_remedies(decision),
        contact=_contact(place),
        receipt=decision.state == DecisionState.IN_FORCE,
    )


def _number(decision: Determination) -> str:
    """A paper that has no effect says so where its number stands: nobody takes it for a decision."""
    if decision.state == DecisionState.WAITING:
        return UNSIGNED
    withdrawn = decision.state == DecisionState.WITHDRAWN
    return f"{decision.document_no}（已撤回）" if withdrawn else str(decision.document_no)


def _place(decision: Determination) -> Division:
    """The place whose county decided."""
    child = decision.child
    return decision.application.responsible if decision.application else child.registered or child.actual


def hearing_pdf(viewer: Viewer, hearing: Hearing) -> bytes:
    """What is put to the payee, on paper: what is intended, why, and until when to answer. Raises Refused, journals."""
    if not may_read(viewer, Hearing, "reasons"):
        raise Refused(_("Your post may not print this notice."))
    journal(viewer, JournalKind.EXPORTED, what="benefits.hearing_notice", subject=hearing)
    place, day = hearing.award.place, hearing.answer_until
    until = f"{day.year}年{day.month}月{day.day}日"
    sum_said = f"，金额{_yuan(hearing.amount_fen)}" if hearing.amount_fen is not None else ""
    return render_notice(
        Notice(
            office=_office(place),
            title=f"拟{hearing.kind.zh}告知书",
            number=f"儿保告字〔{hearing.told_on.year}〕{hearing.pk}号",
            addressee=hearing.told_whom,
            paragraphs=[
                f"您领取的{_name(hearing.child)}的儿童基本生活补贴，"
                f"我局拟自{_month(hearing.from_month)}起{hearing.kind.zh}{sum_said}。",
                f"理由：{hearing.reasons}",
                f"您可以在{until}前以口头或书面方式提出意见。在作出处理决定前，照常发放。",
                "逾期未提出意见的，不影响您对处理决定依法申请行政复议或者提起行政诉讼。",
            ],
            issued=hearing.told_on,
            contact=_contact(place),
            receipt=True,
        )
    )


def of_age_pdf(viewer: Viewer, award: Award) -> bytes:
    """What the family is told three months before the eighteenth birthday: until when it is paid, and which paper of
    the school lets it go on. Raises Refused, Conflict where no birthday is near, journals."""
    child = award.child
    if not may_read(viewer, Child, "birth_date"):
        raise Refused(_("Your post may not print this notice."))
    if child.birth_date is None:
        raise Conflict(_("The birth date of this child is not known."))
    journal(viewer, JournalKind.EXPORTED, what="benefits.of_age", subject=award)
    birthday = turns(child.birth_date)
    until = law().limit(SCHOOL_LIMIT, asked_from(child.birth_date), places.codes_of_key(award.place_key)).due
    return render_notice(
        Notice(
            office=_office(award.place),
            title="儿童基本生活补贴到期提示书",
            number=f"儿保提字〔{viewer.today.year}〕{award.pk}号",
            addressee=addressee(child, award.application, award, viewer.today),
            paragraphs=[
                f"{_name(child)}将于{_day(birthday)}年满18周岁。按规定，儿童基本生活补贴发放至{_month(birthday)}。",
                f"年满18周岁后仍在校就读，且当地规定可以继续发放的，请于{_day(until)}前向乡镇（街道）提交在校证明；"
                "由教育部门能够核验的，不要求您提供。我局核实后另行作出决定，中间月份不中断。",
                "不再就读的，到期后不再发放。乡镇（街道）儿童督导员会与您联系，说明成年后可以申请的其他帮助。",
                "本提示书不是决定。",
            ],
            issued=viewer.today,
            contact=_contact(award.place),
            receipt=True,
        )
    )


def _county_bureau(place: Division) -> Agency | None:
    seat = county_of(place)
    return Agency.objects.filter(division=seat, kind__in=[k.value for k in BUREAUS]).order_by("id").first()


def _office(place: Division) -> str:
    bureau = _county_bureau(place)
    return bureau.name if bureau else f"{county_of(place).name}民政局"


def _contact(place: Division) -> str:
    bureau = _county_bureau(place)
    return "，".join(part for part in (bureau.address, bureau.phone) if part) if bureau else ""


def _name(child: Child) -> str:
    return f"{child.name or UNNAMED.zh}（儿童编号{child.child_no}）"


def _paragraphs(decision: Determination, answer: Mapping[str, Any]) -> list[str]:
    if decision.outcome == Outcome.RETURN_MISSING:
        return _return(decision, answer)
    said = [_opening(decision)]
    if decision.found:
        said.append(f"经查明：{_full_stop(decision.found)}")
    said += _because(decision, answer)
    said += _heard(decision)
    said.append(_result(decision))
    if decision.corrects is not None:
        said.append(_correction(decision, decision.corrects))
    return said + (_help(answer) if decision.outcome == Outcome.REFUSE else [])


def _correction(decision: Determination, earlier: Determination) -> str:
    if earlier.outcome == Outcome.REFUSE:
        return f"本决定更正{earlier.document_no}，该决定不再执行。"
    return f"本决定更正{earlier.document_no}：自{_month(decision.first_month)}起，发放额以本决定为准。"


def _full_stop(text: str) -> str:
    return f"{text.strip().rstrip('。；，')}。"


def _return(decision: Determination, answer: Mapping[str, Any]) -> list[str]:
    """A notice told once; it decides nothing."""
    said = [_received(decision), f"您的申请还需要补正：{_full_stop(decision.reasons)}"]
    said += [f"· {m['zh']}（向{m['ask']['zh']}核实）" for m in answer.get("missing") or ()]
    said.append("以上由有关部门掌握的，由我局或乡镇（街道）核验，不要求您提供。补正后继续办理，不需重新申请。")
    return said + _help(answer)


def _because(decision: Determination, answer: Mapping[str, Any]) -> list[str]:
    """Why: the law's reasons where the decision follows it, and the officer's own."""
    said = []
    reasons = "；".join(str(r["zh"]) for r in answer.get("reasons", ()))
    if reasons and not decision.departs and decision.outcome in (*RECOGNISED, Outcome.REFUSE):
        said.append(f"认定理由：{_full_stop(reasons)}")
    if decision.reasons and (decision.departs or decision.outcome not in RECOGNISED):
        said.append(f"理由：{_full_stop(decision.reasons)}")
    return said


def _heard(decision: Determination) -> list[str]:
    """That the payee was told and heard first, and how the answer was weighed."""
    hearing = decision.hearing
    if hearing is None or hearing.answer is None:
        return []
    told = f"作出本决定前，我局于{_day(hearing.told_on)}告知您拟作决定的理由并听取意见"
    if hearing.answer == Answer.SILENT:
        return [f"{told}，您在期限内未提出意见。"]
    answered = "您表示同意" if hearing.answer == Answer.AGREES else "您提出了意见"
    weighed = f"对意见的处理：{_full_stop(hearing.closing)}" if hearing.closing else ""
    return [f"{told}，{answered}。{weighed}"]


def _received(decision: Determination) -> str:
    application = decision.application
    if application is None or application.filed_on is None:
        return f"我局对{_name(decision.child)}的儿童基本生活保障待遇进行了审核。"
    who = ApplicantKind(application.applicant_kind)
    by = f"您（{who.zh}）" if who in OF_THE_FAMILY else APPLIED_BY.get(who, who.zh)
    return (
        f"{by}于{_day(application.filed_on)}为{_name(decision.child)}提出的申请"
        f"（受理编号{application.receipt_no}）收悉。"
    )


def _opening(decision: Determination) -> str:
    if decision.application is None:
        return f"您领取的{_name(decision.child)}的儿童基本生活补贴，我局审核如下。"
    checked = "经乡镇（街道）查验，" if decision.application.verified_by_id else ""
    return f"{_received(decision)}{checked}我局审核如下。"


def _result(decision: Determination) -> str:
    first, last = _month(decision.first_month), _month(decision.last_month)
    amount = _yuan(decision.amount_fen or 0)
    said = {
        Outcome.REFUSE: "决定：不予确认。",
        Outcome.REDUCE: f"决定：自{first}起，月发放额调整为{amount}。",
        Outcome.SUSPEND: f"决定：自{first}起暂停发放。情况查清后，依法恢复或者终止。",
        Outcome.RESUME: f"决定：自{first}起恢复发放，暂停期间的月份{'予以' if decision.with_arrears else '不予'}补发。",
        Outcome.END: f"决定：终止发放，{last}为最后发放月。",
        Outcome.RECOVER: f"决定：请退回多发款项{amount}。可以与我局约定分期退回；今后各月的补贴照常发放，不作抵扣。",
    }
    if decision.outcome in said:
        return said[Outcome(decision.outcome)]
    category = Category(decision.category).zh
    if decision.outcome == Outcome.RECOGNISE_ZERO:
        why = "应补差额为零元" if decision.departs else "因已享受的其他待遇不低于标准，应补差额为零元"
        return f"决定：确认为{category}，自{first}起纳入保障。{why}。"
    verb = "确认为" if decision.application is not None else "类别为"
    return f"决定：{verb}{category}，自{first}起按月发放儿童基本生活补贴{amount}。"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _month(day: date | None) -> str:
    return f"{day.year}年{day.month}月" if day else ""


def _help(answer: Mapping[str, Any]) -> list[str]:
    helps = [str(h["zh"]) for h in answer.get("other_help") or ()]
    return [f"您还可以申请：{'；'.join(helps)}。乡镇（街道）儿童督导员将联系您并协助办理。"] if helps else []


def _table(decision: Determination, answer: Mapping[str, Any]) -> NoticeTable | None:
    """Before and after, and the arithmetic with everything set off; of a claim the payments it is about."""
    if decision.outcome == Outcome.RECOVER:
        paid = (decision.before or {}).get("months", ())
        return NoticeTable(
            ("月份", "已发放", "应退回"),
            [(f"{month[:4]}年{int(month[5:])}月", _yuan(was), _yuan(back)) for month, was, back in paid],
            numeric=(1, 2),
        )
    rows: list[tuple[str, str]] = []
    before = (decision.before or {}).get("amount_fen")
    if before is not None:
        rows.append(("原月发放额", _yuan(before)))
    if decision.outcome in RECOGNISED:
        rows += [(name.zh, _yuan(fen)) for name, fen in arithmetic(decision.facts, answer, decision.amount_fen)]
    if decision.outcome in (*RECOGNISED, Outcome.REDUCE):
        rows += [("月发放额", _yuan(decision.amount_fen or 0)), ("起始月", _month(decision.first_month))]
    if decision.outcome in RECOGNISED and decision.last_month:
        rows.append(("最后发放月（情况不变时）", _month(decision.last_month)))
    if decision.outcome == Outcome.END and decision.end_reason:
        rows += [("终止原因", decision.end_reason.zh), ("最后发放月", _month(decision.last_month))]
    return NoticeTable(("项目", "内容"), rows, widths=(2, 3)) if rows else None


def _yuan(fen: int) -> str:
    return currency().said(fen).zh


def _basis(decision: Determination, answer: Mapping[str, Any]) -> list[str]:
    """What is cited: of a recognition or refusal the articles of its reasons, of a sum those of its figures.

    Of what happens to an award later, and of a text nobody has compared, the acts alone.
    """
    judged = decision.outcome in (*RECOGNISED, Outcome.REFUSE, Outcome.RETURN_MISSING)
    cited = [b for r in answer.get("reasons", ()) for b in r["articles"]]
    if decision.outcome in RECOGNISED:
        cited += [f["basis"] for f in answer.get("figures", ()) if str(f["name"]).startswith("standard")]
    found: dict[str, dict[str, None]] = {}
    for basis in cited:
        number = f"（{basis['number']}）" if basis["number"] else ""
        articles = found.setdefault(f"{basis['zh']}{number}", {})
        if judged and "default" not in basis and basis["article"]:
            articles[basis["article"]] = None
    return [act + "、".join(articles) for act, articles in found.items()]


def _remedies(decision: Determination) -> list[str]:
    """What may be done against the paper, by the law of the day on which it was made."""
    body, codes = review_body(_place(decision), decision.decided_on), places.codes_of_key(decision.place_key)
    after = law().limit(SUIT_AFTER_REVIEW, decision.decided_on, codes).length
    if decision.outcome == Outcome.RETURN_MISSING:
        return _if_unanswered(decision, body, after)
    delivery = Delivery.objects.filter(determination_id=decision.pk).first()
    start = delivery.delivered_on if delivery else decision.decided_on
    review, suit = law().limit(REVIEW, start, codes), law().limit(SUIT, start, codes)
    until = appeal_dates(decision.place_key, delivery.delivered_on) if delivery else None
    last = [f"（至{d.year}年{d.month}月{d.day}日）" for d in until] if until else ["", ""]
    return [
        f"自收到本决定之日起{review.length}日内{last[0]}，向{body}申请行政复议；",
        f"或者自收到本决定之日起{suit.length}个月内{last[1]}，向{court(_place(decision))}提起行政诉讼；",
        f"已申请行政复议的，自收到复议决定书之日（复议机关逾期不作决定的，自复议期限届满之日）起{after}日内，"
        "可以依法向人民法院提起行政诉讼。",
    ]


def _if_unanswered(decision: Determination, body: str, after: int) -> list[str]:
    """Where nothing is decided in time: review first, then a suit; before the Review Law of 2023 either."""
    codes = places.codes_of_key(decision.place_key)
    if not review_first(decision.decided_on):
        months = law().limit(INACTION, decision.decided_on, codes).length
        return [f"我局收到申请后{months}个月内不作出决定的，您可以依法申请行政复议或者提起行政诉讼。"]
    review = law().limit(REVIEW, decision.decided_on, codes).length
    return [
        f"{_time_to_decide(decision, codes)}逾期不作决定的，"
        f"您可以自期限届满之日起{review}日内，先向{body}申请行政复议；",
        f"对复议决定不服的，自收到复议决定书之日（复议机关逾期不作决定的，自复议期限届满之日）起{after}日内，"
        f"可以向{court(_place(decision))}提起行政诉讼。",
    ]


def _time_to_decide(decision: Determination, codes: Sequence[str]) -> str:
    """How long each office has, by the limits that run on the application."""
    application = decision.application
    if application is None:
        return "我局依法作出决定。"
    county = law().limit(county_limit(application), decision.decided_on, codes).length
    if goes_to_county(application, decision.decided_on):
        return f"我局自收到申请材料之日起{county}个工作日内作出决定。"
    township = law().limit(township_limit(application), decision.decided_on, codes).length
    return (
        f"乡镇（街道）自收到申请之日起{township}个工作日内提出查验结论，"
        f"我局自收到材料和查验结论之日起{county}个工作日内作出决定。"
    )


def application_form(viewer: Viewer, application: Application) -> bytes:
    """The application as a paper form, filled in as far as it is known to this viewer; the rest is left to write in."""
    journal(viewer, JournalKind.EXPORTED, what="benefits.form", subject=application)
    child = application.child
    lives = places.name(child.actual_id, "zh")
    registered = places.name(child.registered_id, "zh") if child.registered_id else "无户口"
    of_child = [
        Blank("姓名", _open(shown(viewer, child, "name"))),
        Blank("性别", options=("男", "女"), chosen=(child.sex.zh,)),
        Blank("出生日期", _open(shown(viewer, child, "birth_date"))),
        Blank("公民身份号码", _open(identity_shown(viewer, child))),
        Blank("户籍地", registered, wide=True),
        Blank("实际居住地", f"{lives}{_open(shown(viewer, child, 'address'))}", wide=True),
        Blank("养育方式", options=("社会散居", "机构集中养育"), chosen=(child.placement.zh,)),
    ]
    kinds = [k.zh for k in ApplicantKind]
    of_applicant = [
        Blank("申请人身份", options=kinds, chosen=(ApplicantKind(application.applicant_kind).zh,), wide=True),
        Blank("申请人", _open(shown(viewer, application, "applicant_name"))),
        Blank("联系电话"),
        Blank("申请事由", _open(shown(viewer, application, "statement")), wide=True, lines=3),
    ]
    return render_form(
        Form(
            title="儿童基本生活保障申请表",
            number=application.receipt_no or "",
            intro="没有户口、身份号码或姓名的儿童也可以申请。凡有关部门能够核实的情况，不要求家庭提供证明。",
            sections=(
                Section("一、儿童", of_child),
                Section("二、申请人", of_applicant),
                Section("三、父母情况", _parents()),
                Section("四、材料清单", _papers(viewer, application)),
                Section("五、收款账户", (Blank("户名"), Blank("开户银行"), Blank("账号", wide=True))),
            ),
            notes=("本表内容仅用于儿童福利保障，不公示。",),
            signatures=(
                ("申请人", "以上情况属实"),
                ("村（居）民委员会", "情况了解"),
                ("乡镇（街道）查验意见", ""),
                ("县级民政部门确认意见", ""),
            ),
            made_on=viewer.today,
        )
    )


def _open(value: Any) -> str:
    return "" if value in (None, MASK) else str(value)


def _parents() -> Sequence[Blank]:
    options = (
        "死亡",
        "失踪",
        "失联",
        "重残",
        "重病",
        "服刑",
        "强制隔离戒毒",
        "其他限制人身自由",
        "撤销监护",
        "遣送出境",
        "有抚养能力",
    )
    return tuple(Blank(f"{who}情况", options=options, wide=True) for who in ("父亲", "母亲"))


def _papers(viewer: Viewer, application: Application) -> Sequence[Blank]:
    rows = []
    for proof in application.proofs.order_by("asked_of", "about", "kind"):
        who = office_name(proof.office, "zh") if proof.office else proof.asked_of.zh
        if not may_read(viewer, type(proof), "kind"):
            continue
        rows.append(Blank(f"{proof.about.zh}：{proof.kind.zh}", f"{who} · {proof.state.zh}", wide=True))
    return rows or (Blank("材料", "尚未登记需要证明的情况，暂无须提交的材料", wide=True),)
