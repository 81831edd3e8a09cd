"""Words of payment. None of them tells why a child is paid: finance screens and bank files use these alone."""

from hutong.core.terms import Term
from hutong.people.terms import ParentStatus


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


GONE = {
    ParentStatus.PRISON: ChangeReason.JAILED,
    ParentStatus.DRUG_ISOLATION: ChangeReason.JAILED,
    ParentStatus.COMPULSORY_TREATMENT: ChangeReason.JAILED,
    ParentStatus.OTHER_RESTRICTION: ChangeReason.JAILED,
    ParentStatus.LOST_CONTACT: ChangeReason.VANISHED,
    ParentStatus.MISSING_DECLARED: ChangeReason.VANISHED,
    ParentStatus.UNFINDABLE: ChangeReason.VANISHED,
    ParentStatus.DEPORTED: ChangeReason.VANISHED,
    ParentStatus.GUARDIANSHIP_REVOKED: ChangeReason.REMOVED,
    ParentStatus.DEAD: ChangeReason.DIED,
}
"""Situations of a parent in which money can no longer go to them."""


class BatchState(Term):
    """Life of a payment batch; from signing on its lines cannot be changed."""

    PREPARED = "prepared", "待签发", "prepared"
    SIGNED = "signed", "已签发", "signed"
    SENT = "sent", "已送银行", "sent to the bank"
    SETTLED = "settled", "已对账", "reconciled"
    DISCARDED = "discarded", "已作废", "discarded"


class BankFileForm(Term):
    """In which form a bank takes its file; the plain texts say count and total."""

    XLSX = "xlsx", "XLSX", "XLSX"
    CSV = "csv", "CSV", "CSV"
    GBK = "gbk", "TXT（GBK 编码）", "TXT (GBK)"
    GB18030 = "gb18030", "TXT（GB 18030 编码）", "TXT (GB 18030)"


class TotalsAt(Term):
    """Where a plain text for the bank says count and total."""

    FIRST = "first", "首行", "in the first line"
    LAST = "last", "末行", "in the last line"
    NAME = "name", "文件名", "in the name of the file"


class Separator(Term):
    """What sets the parts of a line apart."""

    BAR = "bar", "竖线 |", "a bar |"
    COMMA = "comma", "逗号 ,", "a comma ,"
    TAB = "tab", "制表符", "a tab"


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


class AnswerMeaning(Term):
    """What a bank means by a word or code under the result of a payment."""

    PAID = "paid", "已入账", "paid"
    NO_ACCOUNT = "no_account", "退回：账号不存在", "returned: no such account"
    OTHER_NAME = "other_name", "退回：户名与账号不符", "returned: holder and number do not agree"
    CLOSED = "closed", "退回：账户已销户", "returned: account closed"
    FROZEN = "frozen", "退回：账户冻结或止付", "returned: account frozen"
    RETURNED = "returned", "退回：其他原因", "returned: another reason"
    UNCLEAR = "unclear", "尚不清楚，这些行先不处理", "not clear yet: leave these rows"


class Verdict(Term):
    """What a run does with one row it was handed."""

    READY = "ready", "可发放", "to be paid"
    ALREADY = "already", "本月已列支", "has its line for the month already"
    ZERO = "zero", "本月应发为零", "nothing due this month"
    EARLY = "early", "未到发放期", "not due yet"
    OUTSIDE = "outside", "不在发放起止月内", "outside the months of its order"
    SUSPENDED = "suspended", "已暂停发放", "suspended"
    NO_ACCOUNT = "no_account", "无已复核账户", "no approved account"
    DIED = "died", "儿童死亡之后的月份", "a month after the child's death"
    PAYEE_GONE = "payee_gone", "收款人不能再领取，须先变更", "the payee can no longer receive: change the payee first"
    TWIN = "twin", "与另一档案可能是同一儿童，须先核定", "may be the child of another file: decide that first"
    TWIN_FAR = (
        "twin_far",
        "另一地区已在为同一证件号码发放，须先核实",
        "another place pays this identity number already: ask first",
    )
    SHARED = "shared", "同一账户收取多名儿童补贴，须先确认", "one account for many children: confirm it first"
    HELD = "held", "已单独暂缓，须先核实", "held out by hand: settle it first"
    MALFORMED = "malformed", "数据不完整或相互矛盾", "incomplete or contradictory"
    ELSEWHERE = "elsewhere", "不属本地区", "belongs to another place"
    OTHER_OFFICE = "other_office", "由其他层级发放", "paid by another level"


HELD_OUT = (
    Verdict.DIED, Verdict.PAYEE_GONE, Verdict.TWIN, Verdict.TWIN_FAR, Verdict.SHARED, Verdict.HELD, Verdict.MALFORMED,
    Verdict.ELSEWHERE,
)  # fmt: skip
"""Verdicts that hold one row out of a run until a person has looked; the others go on being paid."""


class PayingLevel(Term):
    """Which level of offices makes the payments of a place."""

    COUNTY = "county", "县级", "county"
    CITY = "city", "市级", "city"
    PROVINCE = "province", "省级", "province"
    NATION = "nation", "国家", "nation"


class Difference(Term):
    """How an order stands in this run against the run before."""

    NEW = "new", "新增", "new"
    GONE = "gone", "减少", "no longer paid"
    CHANGED = "changed", "金额变动", "other amount"
    UNUSUAL = "unusual", "异常变动", "unusual"
    SAME = "same", "无变动", "as before"


class Step(Term):
    """A step of the sum that leads from the run before to this one."""

    BEFORE = "before", "上期当期发放", "the run before, regular"
    NEW = "new", "新增", "new"
    GONE = "gone", "减少", "no longer paid"
    ANOTHER = "another", "本月已由其他批次发放", "paid by another batch of the month"
    RAISED = "raised", "提高", "raised"
    LOWERED = "lowered", "降低", "lowered"
    THIS = "this", "本期当期发放", "this run, regular"
    EARLIER = "earlier", "以前月份漏发", "months missed earlier"
    ARREARS = "arrears", "补发、重发", "arrears and re-issues"
    BACK = "back", "冲销、退回", "booked back"


class BookBy(Term):
    """By what a book of payments is kept."""

    TOWNSHIP = "township", "按乡镇", "by township"
    VILLAGE = "village", "按村（居）", "by village"
    PAYEE = "payee", "按收款人", "by payee"


class RecoveryState(Term):
    """Life of a claim to money paid in error. It is never set off against later payments."""

    WAITING = "waiting", "款项在银行处理中，待回盘", "the money is with the bank: waits for its answer"
    NOTICED = "noticed", "已告知，待答复", "payee told, answer awaited"
    ANSWERED = "answered", "已答复", "payee has answered"
    AGREED = "agreed", "按计划退回", "being paid back as agreed"
    SETTLED = "settled", "已退清", "paid back"
    WAIVED = "waived", "不再追回", "not pursued"
    NOTHING = "nothing", "银行已退回，无须追回", "the bank returned the money: nothing to recover"


CLOSED = (RecoveryState.SETTLED, RecoveryState.WAIVED, RecoveryState.NOTHING)
"""States of a claim in which nobody owes anything any more."""


class RecoveryReason(Term):
    """Why money has to come back."""

    ENDED_LATE = "ended_late", "停发不及时", "stopped too late"
    WRONG_AMOUNT = "wrong_amount", "金额有误", "wrong amount"
    WRONG_PAYEE = "wrong_payee", "发放对象有误", "wrong payee"
    FRAUD = "fraud", "虚报冒领", "false statement", "社会救助暂行办法 §68"
