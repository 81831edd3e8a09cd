"""Words of payment. None of them tells why a child is paid: finance screens and bank files use these alone."""

from hutong.core.terms import Term


class Item(Term):
    """What is paid, under the one neutral name that banks, families and finance offices read."""

    BASIC_LIVING = "basic_living", "儿童基本生活补贴", "Child basic living allowance"


class PayeeKind(Term):
    """Whose account the money goes to."""

    CHILD = "child", "儿童本人", "the child"
    GUARDIAN = "guardian", "监护人", "guardian"
    INSTITUTION = "institution", "机构集体账户", "institution (collective account)"
    VILLAGE = "village", "村（居）委会代管账户", "village committee (trustee account)"


COLLECTIVE = (PayeeKind.INSTITUTION, PayeeKind.VILLAGE)
"""Payees that receive for many children."""


class AccountState(Term):
    """Life of one version of a payee's account."""

    PROPOSED = "proposed", "待复核", "waiting for a second person"
    APPROVED = "approved", "已复核", "approved"
    DECLINED = "declined", "未通过", "declined"


class AccountSource(Term):
    """What an account version rests on."""

    PAPER = "paper", "账户证明材料", "paper of the account"
    ROLL = "roll", "原发放名册", "existing payment roll"


class OrderState(Term):
    """Life of a standing order."""

    ACTIVE = "active", "发放中", "active"
    SUSPENDED = "suspended", "已暂停", "suspended"
    ENDED = "ended", "已终止", "ended"


class ChangeState(Term):
    """Life of a proposed change of payee."""

    PROPOSED = "proposed", "待复核", "waiting for a second person"
    APPROVED = "approved", "已变更", "changed"
    DECLINED = "declined", "未通过", "declined"


class ChangeReason(Term):
    """Why somebody else is to receive the money."""

    JAILED = "jailed", "收款人被羁押或服刑", "payee in custody or serving a sentence"
    VANISHED = "vanished", "收款人失联", "payee has vanished"
    REMOVED = "removed", "监护人变更或撤销", "guardian changed or removed"
    DIED = "died", "收款人死亡", "payee has died"
    ASKED = "asked", "家庭申请变更", "the family asked for it"
    OTHER = "other", "其他", "other"


class BatchState(Term):
    """Life of a payment batch; from signing on its lines cannot be changed."""

    PREPARED = "prepared", "待签发", "prepared"
    SIGNED = "signed", "已签发", "signed"
    SENT = "sent", "已送银行", "sent to the bank"
    SETTLED = "settled", "已对账", "reconciled"
    DISCARDED = "discarded", "已作废", "discarded"


class BatchPurpose(Term):
    """Where the lines of a batch come from."""

    RUN = "run", "月度发放", "monthly run"
    CORRECTION = "correction", "更正", "corrections"


class LineKind(Term):
    """Kind of a payment line; all but the first name the line they correct."""

    REGULAR = "regular", "当期", "regular"
    ARREARS = "arrears", "补发", "arrears"
    REVERSAL = "reversal", "冲销", "reversal"
    REISSUE = "reissue", "重发", "re-issue"
    RECOVERY = "recovery", "退回", "recovered"


OUTGOING = (LineKind.REGULAR, LineKind.ARREARS, LineKind.REISSUE)
"""Kinds that ask the bank to pay; the others book money that came back."""


class LineState(Term):
    """Life of a payment line."""

    PREPARED = "prepared", "待发放", "prepared"
    SENT = "sent", "银行处理中", "with the bank"
    PAID = "paid", "已入账", "paid"
    REFUSED = "refused", "银行退回", "refused by the bank"
    VOID = "void", "已作废", "void"


class Verdict(Term):
    """What a run does with one row it was handed."""

    READY = "ready", "可发放", "to be paid"
    ALREADY = "already", "本月已列支", "has its line for the month already"
    ZERO = "zero", "本月应发为零", "nothing due this month"
    EARLY = "early", "未到发放期", "not due yet"
    OUTSIDE = "outside", "不在发放起止月内", "outside the months of its order"
    SUSPENDED = "suspended", "已暂停发放", "suspended"
    NO_ACCOUNT = "no_account", "无已复核账户", "no approved account"
    MALFORMED = "malformed", "数据不完整", "incomplete"
    ELSEWHERE = "elsewhere", "不属本地区", "belongs to another place"


FATAL = (Verdict.MALFORMED, Verdict.ELSEWHERE)
"""Verdicts that refuse a run as a whole: what was handed in cannot be trusted."""


class Difference(Term):
    """How an order stands in this run against the run before."""

    NEW = "new", "新增", "new"
    GONE = "gone", "减少", "no longer paid"
    CHANGED = "changed", "金额变动", "other amount"
    UNUSUAL = "unusual", "异常变动", "unusual"
    SAME = "same", "无变动", "as before"


class RecoveryState(Term):
    """Life of a claim to money paid in error. It is never set off against later payments."""

    NOTICED = "noticed", "已告知，待答复", "payee told, answer awaited"
    ANSWERED = "answered", "已答复", "payee has answered"
    AGREED = "agreed", "按计划退回", "being paid back as agreed"
    SETTLED = "settled", "已退清", "paid back"
    WAIVED = "waived", "不再追回", "not pursued"


class RecoveryReason(Term):
    """Why money has to come back."""

    ENDED_LATE = "ended_late", "停发不及时", "stopped too late"
    WRONG_AMOUNT = "wrong_amount", "金额有误", "wrong amount"
    WRONG_PAYEE = "wrong_payee", "发放对象有误", "wrong payee"
    FRAUD = "fraud", "虚报冒领", "false statement", "社会救助暂行办法 §68"
