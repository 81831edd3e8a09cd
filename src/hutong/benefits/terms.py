"""Vocabulary of `benefits`. No Django here."""

from __future__ import annotations

from hutong.core.terms import Term


class ApplicantKind(Term):
    """Who asks for the child."""

    GUARDIAN = "guardian", "监护人", "guardian", "民发〔2019〕62号"
    CLOSE_RELATIVE = "close_relative", "受监护人委托的近亲属", "close relative, authorised", "民发〔2019〕62号"
    VILLAGE_COMMITTEE = "village_committee", "村（居）民委员会", "village committee", "民发〔2019〕62号"
    INSTITUTION = "institution", "儿童福利机构", "child welfare institution", "民发〔2010〕161号"
    FINDING = "finding", "儿童主任发现", "found by the village director", "民发〔2019〕34号"


class Category(Term):
    """What an award is for. A health ground is never told by the category: see TREATED_AS_ORPHAN."""

    ORPHAN = "orphan", "孤儿", "orphan", "国办发〔2010〕54号"
    FU = "fu", "事实无人抚养儿童", "de facto unattended child", "民发〔2019〕62号"
    TREATED_AS_ORPHAN = "treated_as_orphan", "参照孤儿保障", "treated as an orphan", "财社〔2017〕58号"
    DIFFICULT = "difficult", "困境儿童（地方分类）", "child in difficulty (local class)"


class ApplicationState(Term):
    """Life of an application."""

    DRAFT = "draft", "正在填写", "being filled in"
    ACCEPTED = "accepted", "已异地受理，待转送", "accepted elsewhere, to be passed on"
    FILED = "filed", "已受理，待乡镇查验", "filed, township to verify"
    VERIFIED = "verified", "待县级确认", "county to decide"
    RETURNED = "returned", "待补正材料", "returned for missing papers"
    RECOGNISED = "recognised", "已确认", "recognised"
    REFUSED = "refused", "不予确认", "refused"
    WITHDRAWN = "withdrawn", "已撤回", "withdrawn"


OPEN_APPLICATION = (
    ApplicationState.DRAFT,
    ApplicationState.ACCEPTED,
    ApplicationState.FILED,
    ApplicationState.VERIFIED,
    ApplicationState.RETURNED,
)
"""A child has at most one application in one of these."""


class About(Term):
    """Whom a paper is about."""

    CHILD = "child", "儿童", "child"
    FATHER = "father", "父亲", "father"
    MOTHER = "mother", "母亲", "mother"
    APPLICANT = "applicant", "申请人", "applicant"


class ProofKind(Term):
    """Kinds of paper an application may need."""

    IDENTITY = "identity", "身份证明或户口簿", "identity card or household register"
    AUTHORISATION = "authorisation", "监护人委托书", "authorisation by the guardian"
    DEATH = "death", "死亡证明（户口注销、医学证明或火化证明）", "proof of death"
    DEATH_WITNESSES = "death_witnesses", "两至三名邻里证言", "statements of two or three neighbours"
    JUDGMENT_MISSING = "judgment_missing", "宣告失踪判决", "judgment declaring the parent missing"
    JUDGMENT_GUARDIANSHIP = "judgment_guardianship", "撤销监护人资格判决", "judgment revoking guardianship"
    FOUNDLING_REPORT = "foundling_report", "捡拾报案证明或查找不到证明", "police report of the finding"
    DISABILITY_CARD = "disability_card", "残疾人证", "disability card"
    ILLNESS = "illness", "重病诊断或医保记录", "hospital or medical insurance record"
    CUSTODY = "custody", "羁押、戒毒或限制人身自由的法律文书（载明期限）", "custody paper stating the term"
    LOST_CONTACT = "lost_contact", "儿童失联父母查找情况回执单", "police receipt on the search for the parent"
    LOST_FIVE_STEPS = (
        "lost_five_steps",
        "承诺、佐证与村、乡、县确认",
        "promise and neighbours' proof, confirmed by village, township and county",
    )
    DEPORTATION = "deportation", "遣送（驱逐）出境文书", "deportation paper"
    SCHOOL = "school", "在校证明", "enrolment certificate"
    MEDICAL_SEALED = "medical_sealed", "疾控机构证明（密封）", "certificate of the disease control centre (sealed)"
    OTHER = "other", "其他材料", "other paper"


class ProofState(Term):
    """How a paper stands. “Not started” and “not complete” are kept apart."""

    NEEDED = "needed", "未提交", "not started"
    INCOMPLETE = "incomplete", "不完整", "not complete"
    GIVEN = "given", "已提交", "given"
    HELD_ELSEWHERE = "held_elsewhere", "由部门数据核验", "checked against another office's record"
    WAIVED = "waived", "免于提交", "waived"


class AskedOf(Term):
    """Who must bring the paper: the family only for what no other office holds."""

    FAMILY = "family", "申请人", "family"
    OFFICE = "office", "部门核验", "another office"


class Opinion(Term):
    """What the township found."""

    MEETS = "meets", "符合条件", "meets the conditions"
    FAILS = "fails", "不符合条件", "does not meet the conditions"
    UNCLEAR = "unclear", "难以认定", "cannot be told"


class Advice(Term):
    """What the law engine advises on the facts."""

    RECOGNISE = "recognise", "予以确认并发放", "recognise and pay"
    RECOGNISE_ZERO = "recognise_zero", "予以确认，补差为零", "recognise, nothing to pay"
    REFUSE = "refuse", "不予确认", "refuse"
    CANNOT_DECIDE = "cannot_decide", "事实不全，暂不能判断", "cannot decide yet"


class Outcome(Term):
    """What the officer decided."""

    RECOGNISE = "recognise", "予以确认并发放", "recognised and paid"
    RECOGNISE_ZERO = "recognise_zero", "予以确认，补差为零", "recognised, nothing to pay"
    REFUSE = "refuse", "不予确认", "refused"
    RETURN_MISSING = "return_missing", "退回补正", "returned for what is missing"
    REDUCE = "reduce", "减发", "reduced"
    SUSPEND = "suspend", "暂停发放", "suspended"
    RESUME = "resume", "恢复发放", "paid again"
    END = "end", "终止", "ended"
    RECOVER = "recover", "追回多发款项", "overpayment claimed back"


RECOGNISED = (Outcome.RECOGNISE, Outcome.RECOGNISE_ZERO)
"""Outcomes that provide for a child."""
NO_DECISION = (Outcome.RETURN_MISSING,)
"""Outcomes that decide nothing yet: a notice told once, numbered in a series of its own."""


class DecisionState(Term):
    """Whether a decision has effect. One that is withdrawn keeps its number."""

    WAITING = "waiting", "待第二人复核", "waits for a second person"
    IN_FORCE = "in_force", "有效", "in force"
    WITHDRAWN = "withdrawn", "已撤回", "withdrawn"


class AwardState(Term):
    """Life of an award."""

    ACTIVE = "active", "正在享受", "running"
    SUSPENDED = "suspended", "暂停", "suspended"
    ENDED = "ended", "已终止", "ended"


class EndReason(Term):
    """Why an award ended."""

    DEATH = "death", "死亡", "death"
    OF_AGE = "of_age", "年满18周岁且不再就学", "of age and no longer at school"
    PARENT_BACK = "parent_back", "父母恢复抚养（刑满、寻回、康复等）", "a parent can care again"
    ADOPTED = "adopted", "被依法收养", "adopted"
    SCHOOL_LEFT = "school_left", "成年后离校", "left school after 18"
    MOVED = "moved", "户籍迁出，由迁入地保障", "moved, provided for elsewhere"
    OTHER_AID = "other_aid", "转入其他保障", "moved to other aid"
    NOT_ENTITLED = "not_entitled", "经查不符合条件", "found not entitled"
    REPLACED = "replaced", "由新的确认取代", "replaced by a new decision"
    GIVEN_UP = "given_up", "主动放弃", "given up by the guardian"
    WITHDRAWN = "withdrawn", "原决定有误，已撤回", "the recognition was withdrawn as a mistake"


class AwardEventKind(Term):
    """What happened to an award."""

    STARTED = "started", "开始", "started"
    TAKEN_OVER = "taken_over", "从原名册转入", "taken over from an earlier roll"
    MOVED_IN = "moved_in", "随户籍迁入转入", "taken over from the place the child moved from"
    CHANGED = "changed", "调整", "changed"
    SUSPENDED = "suspended", "暂停", "suspended"
    RESUMED = "resumed", "恢复", "resumed"
    EXTENDED = "extended", "延长", "extended"
    ENDED = "ended", "终止", "ended"
    RESTORED = "restored", "撤销终止、恢复发放", "restored"


class HandoverState(Term):
    """How the handing over of an award to another place stands. Until it is accepted the old place pays."""

    PROPOSED = "proposed", "待迁入地接收", "proposed, the other place to accept"
    ACCEPTED = "accepted", "已接收", "accepted"
    DECLINED = "declined", "未接收", "declined"
    WITHDRAWN = "withdrawn", "已撤回", "withdrawn"


class HearingKind(Term):
    """What is first put to the payee."""

    REDUCE = "reduce", "减发", "reduce"
    SUSPEND = "suspend", "暂停发放", "suspend"
    END = "end", "终止", "end"
    RECOVER = "recover", "追回多发款项", "recover what was overpaid"


class HearingState(Term):
    """Life of a hearing."""

    PROPOSED = "proposed", "已拟定，待听取意见", "proposed, payee to be heard"
    HEARD = "heard", "已听取意见", "payee heard"
    CARRIED_OUT = "carried_out", "已执行", "carried out"
    DROPPED = "dropped", "不再执行", "dropped"


class Answer(Term):
    """What the payee said."""

    AGREES = "agrees", "同意", "agrees"
    OBJECTS = "objects", "有异议", "objects"
    SILENT = "silent", "逾期未答复", "no answer in time"


class Recipient(Term):
    """Who took a notice, so that it counts as delivered (民事诉讼法88, 行政诉讼法101)."""

    ADDRESSEE = "addressee", "受送达人本人", "the addressee"
    ADULT_AT_HOME = "adult_at_home", "同住的成年家属", "an adult of the same household"
    AGENT = "agent", "代收人或代理人", "an agent named by the addressee"
    BODY = "body", "单位负责收件的人", "whoever receives letters of the institution"


class DeliveryHow(Term):
    """How a notice reached its addressee (送达); appeal periods count from it."""

    IN_PERSON = "in_person", "直接送达", "handed over"
    LEFT = "left", "留置送达", "left at the home"
    POST = "post", "邮寄送达", "by post"
    ENTRUSTED = "entrusted", "委托送达", "by another office"
    ELECTRONIC = "electronic", "电子送达", "electronically, with consent"


class ObjectionKind(Term):
    """Ways against a decision."""

    OBJECTION = "objection", "异议", "objection"
    ADMINISTRATIVE_REVIEW = "administrative_review", "行政复议", "administrative review", "行政复议法20"
    COURT = "court", "行政诉讼", "court action", "行政诉讼法46"


class ObjectionState(Term):
    """How an objection stands."""

    OPEN = "open", "办理中", "open"
    UPHELD = "upheld", "支持", "upheld"
    REJECTED = "rejected", "不支持", "rejected"
    WITHDRAWN = "withdrawn", "已撤回", "withdrawn"


class ReviewState(Term):
    """How a yearly review stands. One the office missed stays due and stops nothing."""

    DUE = "due", "待复核", "due"
    DONE = "done", "已复核", "done"


class ReviewFinding(Term):
    """What a review found."""

    UNCHANGED = "unchanged", "情况无变化", "nothing changed"
    CHANGED = "changed", "情况有变化，需重新认定", "changed, to be decided again"


class ListKind(Term):
    """Lists of other offices compared before a payment run."""

    DEATH = "death", "死亡人员名单", "deaths"
    DIBAO = "dibao", "最低生活保障名单", "minimum living allowance"
    CUSTODY = "custody", "羁押服刑与释放名单", "custody and release"


class MatchOn(Term):
    """How strongly a row of a list matches."""

    IDENTITY = "identity", "身份号码相同", "same identity number"
    NAME_BIRTH = "name_birth", "姓名与出生日期相同", "same name and birth date"


class MatchWho(Term):
    """Who in the award was found on the list."""

    CHILD = "child", "儿童本人", "the child"
    FATHER = "father", "父亲", "father"
    MOTHER = "mother", "母亲", "mother"
    GUARDIAN = "guardian", "监护人", "guardian"


class MatchState(Term):
    """What became of a match."""

    OPEN = "open", "待核实", "to be checked"
    CONFIRMED = "confirmed", "属实", "true"
    DISMISSED = "dismissed", "不属实", "not the same person or no matter"


class RowState(Term):
    """What became of a row of an imported roll."""

    TAKEN_OVER = "taken_over", "已转入", "taken over"
    DIFFERS = "differs", "已转入，与现行规定有差异", "taken over, differs from the law"
    HELD = "held", "疑似重复，待核对", "held back as a possible duplicate"
    REFUSED = "refused", "未转入", "not taken over"


class DrawnFor(Term):
    """Why a decision was drawn for a spot check."""

    DEPARTED = "departed", "偏离系统建议", "departed from the advice"
    CHANCE = "chance", "随机抽取", "drawn by chance"


class CheckState(Term):
    """Life of a spot check."""

    WAITING = "waiting", "待抽查", "to be checked"
    IN_ORDER = "in_order", "符合程序", "in order"
    FAULTY = "faulty", "发现问题，待答复", "faults found, to be answered"
    ANSWERED = "answered", "已答复", "answered"
