"""Vocabulary of `people`. No Django here."""

from __future__ import annotations

from hutong.core.terms import Term


class NameProblem(Term):
    """Why a name cannot be stored as it was typed."""

    TOO_LONG = "too_long", "姓名超过100个字符", "the name is longer than 100 characters"
    NOT_LETTERS = "not_letters", "姓名中有不属于文字的符号", "the name contains signs that are no letters"
    NO_LETTER = "no_letter", "姓名中没有文字", "the name contains no letter"


class NameFlag(Term):
    """What a reader should know about a stored name."""

    PRIVATE_USE = (
        "private_use",
        "含自造字，其他系统可能无法显示",
        "private-use character: other systems may not show it",
    )
    RARE = "rare", "含生僻字", "rare character"
    DIGITS = "digits", "含数字", "contains digits"
    PLACEHOLDER = "placeholder", "原填“未取名”一类字样，按未取名登记", "a word for 'no name' was typed: kept as unnamed"


class Likeness(Term):
    """How strongly two records look like one child; a warning, never a verdict."""

    LIKELY = "likely", "很可能是同一儿童", "probably the same child"
    POSSIBLE = "possible", "可能是同一儿童", "possibly the same child"
    UNLIKELY = "unlikely", "不像同一儿童", "hardly the same child"


class Sex(Term):
    """Sex as registered (GB/T 2261.1)."""

    MALE = "male", "男", "male"
    FEMALE = "female", "女", "female"
    UNKNOWN = "unknown", "未知", "not known"


class BirthPrecision(Term):
    """How exactly the birth date is known; a foundling's is estimated."""

    DAY = "day", "确切日期", "exact day"
    MONTH = "month", "只知年月", "month known"
    YEAR = "year", "只知年份", "year known"
    ESTIMATED = "estimated", "估计", "estimated"


class LegalStatus(Term):
    """Where the child stands towards registration and descent."""

    ORDINARY = "ordinary", "有户口", "registered household"
    NO_REGISTRATION = "no_registration", "无户口", "no household registration"
    FOUNDLING = "foundling", "弃婴（儿）", "foundling"
    TRAFFICKED = "trafficked", "打拐解救、查找不到亲生父母", "rescued from trafficking, birth parents not found"
    FOREIGN = "foreign", "外国籍或国籍待定", "foreign or nationality undetermined"


class Placement(Term):
    """Where the child lives; decides which standard applies."""

    SCATTERED = "scattered", "社会散居", "in a family", "民发〔2010〕161号"
    INSTITUTION = "institution", "机构集中养育", "in an institution", "民发〔2010〕161号"
    FOSTER = "foster", "家庭寄养", "in foster care", "民政部令第54号"


class Health(Term):
    """State of health as registered; kind and grade of a disability are dated facts of their own."""

    HEALTHY = "healthy", "健康", "healthy"
    ILL = "ill", "患病", "ill"
    DISABLED = "disabled", "残疾", "disabled"
    UNKNOWN = "unknown", "未查明", "not established"


class Bond(Term):
    """What an adult is to the child. Parents, guardians and carers are separate roles: one person may hold several."""

    FATHER = "father", "父亲", "father"
    MOTHER = "mother", "母亲", "mother"
    GUARDIAN = "guardian", "监护人", "guardian", "民法典27—32"
    CARER = "carer", "实际照料人", "carer"
    ENTRUSTED = "entrusted", "受委托照护人", "entrusted carer", "未成年人保护法22"
    CONTACT = "contact", "紧急联系人", "emergency contact"


class Kinship(Term):
    """Blood or law tie between the adult and the child."""

    PARENT = "parent", "父母", "parent"
    PATERNAL_GRANDPARENT = "paternal_grandparent", "祖父母", "paternal grandparent"
    MATERNAL_GRANDPARENT = "maternal_grandparent", "外祖父母", "maternal grandparent"
    SIBLING = "sibling", "兄弟姐妹", "brother or sister"
    AUNT_UNCLE = "aunt_uncle", "叔伯姑舅姨", "aunt or uncle"
    STEP_PARENT = "step_parent", "继父母", "step-parent"
    ADOPTIVE = "adoptive", "养父母", "adoptive parent"
    OTHER_KIN = "other_kin", "其他亲属", "other kin"
    ORGANISATION = "organisation", "村（居）委会、民政部门或机构", "village committee, civil affairs or institution"
    NONE = "none", "非亲属", "no kin"


class BondBasis(Term):
    """What makes the bond: birth, law, or a paper."""

    BIRTH = "birth", "出生", "birth"
    LAW = "law", "法定", "by law", "民法典27"
    AGREEMENT = "agreement", "协议确定", "agreement among guardians", "民法典30"
    DESIGNATION = "designation", "指定监护", "designated", "民法典31"
    JUDGMENT = "judgment", "法院判决", "court judgment", "民法典36"
    WILL = "will", "遗嘱指定", "by will", "民法典29"
    STATE = "state", "民政部门监护", "state guardianship", "未成年人保护法92—94"
    ADOPTION = "adoption", "收养登记", "adoption", "民法典1105"
    ENTRUSTMENT = "entrustment", "书面委托", "written entrustment", "未成年人保护法22"
    FACT = "fact", "事实照料", "care in fact"


class Side(Term):
    """Which parent a fact is about."""

    FATHER = "father", "父亲", "father"
    MOTHER = "mother", "母亲", "mother"


class ParentStatus(Term):
    """What the law asks of a parent: able, gone, or one of the conditions under which nobody brings the child up."""

    ABLE = "able", "有抚养能力", "able to care"
    DEAD = "dead", "死亡", "dead", "民法典46"
    MISSING_DECLARED = "missing_declared", "宣告失踪", "declared missing", "民法典40"
    UNFINDABLE = "unfindable", "查找不到", "cannot be found", "国办发〔2010〕54号"
    SEVERE_DISABILITY = "severe_disability", "重残", "severely disabled", "民发〔2019〕62号"
    SERIOUS_ILLNESS = "serious_illness", "重病", "seriously ill", "民发〔2019〕62号"
    PRISON = "prison", "服刑在押", "serving a sentence", "民发〔2019〕62号"
    DRUG_ISOLATION = "drug_isolation", "强制隔离戒毒", "compulsory drug isolation", "民发〔2019〕62号"
    COMPULSORY_TREATMENT = "compulsory_treatment", "强制医疗", "compulsory psychiatric treatment", "民发〔2019〕62号"
    OTHER_RESTRICTION = "other_restriction", "其他限制人身自由", "other restriction of liberty", "民发〔2019〕62号"
    LOST_CONTACT = (
        "lost_contact",
        "失联（失去联系且未履行抚养责任）",
        "out of contact and not raising the child",
        "民发〔2019〕62号",
    )
    GUARDIANSHIP_REVOKED = "guardianship_revoked", "被撤销监护资格", "guardianship revoked", "民发〔2020〕125号"
    DEPORTED = "deported", "被遣送（驱逐）出境", "deported", "民发〔2020〕125号"
    REFUSES = "refuses", "有能力而拒不抚养", "able but refuses to care"


class Evidence(Term):
    """Kind of proof behind a fact; which one proves which fact is law data."""

    HOUSEHOLD_CANCELLATION = "household_cancellation", "户口注销证明", "household register cancellation"
    DEATH_CERTIFICATE = "death_certificate", "医学死亡证明", "medical death certificate"
    CREMATION = "cremation", "火化证明", "cremation certificate"
    VILLAGE_CERTIFICATE = "village_certificate", "村（居）委会证明", "village committee certificate"
    JUDGMENT = "judgment", "法院文书", "court judgment"
    DISABILITY_CARD = "disability_card", "残疾人证", "disability card"
    MEDICAL = "medical", "医院诊断或医保记录", "hospital or insurance record"
    CUSTODY_PAPER = "custody_paper", "公安、司法机关羁押文书", "custody paper of police or justice"
    POLICE_RECEIPT = "police_receipt", "儿童失联父母查找情况回执单", "police receipt on the search"
    FIVE_STEPS = "five_steps", "承诺、佐证、村乡县确认", "promise, neighbours, village, township, county"
    POLICE_PAPER = "police_paper", "公安机关文书", "police paper"
    SEARCH_CERTIFICATE = (
        "search_certificate",
        "查找不到生父母证明",
        "certificate that the birth parents cannot be found",
    )
    FOUNDLING_REPORT = "foundling_report", "捡拾报案证明", "police report of the finding"
    DATA_COMPARISON = "data_comparison", "部门数据比对", "comparison with another department's data"
    SCHOOL_CERTIFICATE = "school_certificate", "学校证明或学籍", "enrolment certificate"
    OTHER = "other", "其他材料", "other paper"
    NONE = "none", "暂无", "none yet"


class FactState(Term):
    """A fact counts once a second person has confirmed it."""

    REPORTED = "reported", "待核实", "reported"
    CONFIRMED = "confirmed", "已核实", "confirmed"
    REJECTED = "rejected", "不属实", "found untrue"


class AidKind(Term):
    """Money the child already gets elsewhere and the law sets off or excludes."""

    DIBAO = "dibao", "最低生活保障（按人分摊）", "minimum living allowance (the child's share)"
    TEKUN = "tekun", "特困人员救助供养", "support of persons in extreme poverty"
    DISABILITY_LIVING = "disability_living", "困难残疾人生活补贴", "living subsidy of poor disabled persons"
    DISABILITY_CARE = "disability_care", "重度残疾人护理补贴", "care subsidy of severely disabled persons"
    OTHER = "other", "其他", "other"


class SchoolLevel(Term):
    """Level of schooling; what counts after 18 differs by place."""

    NONE = "none", "未入学", "not yet at school"
    KINDERGARTEN = "kindergarten", "幼儿园", "kindergarten"
    PRIMARY = "primary", "小学", "primary"
    JUNIOR_HIGH = "junior_high", "初中", "junior high"
    SENIOR_HIGH = "senior_high", "高中", "senior high"
    VOCATIONAL = "vocational", "中等职业学校（含技校）", "secondary vocational"
    JUNIOR_COLLEGE = "junior_college", "大专（高职）", "junior college"
    UNDERGRADUATE = "undergraduate", "本科", "undergraduate"
    MASTER = "master", "硕士研究生", "master's study"
    DOCTOR = "doctor", "博士研究生", "doctoral study"
    DROPPED_OUT = "dropped_out", "辍学", "dropped out"
    LEFT = "left", "毕业或离校", "finished or left"


class DisabilityKind(Term):
    """Kinds of disability (GB/T 26341)."""

    VISUAL = "visual", "视力残疾", "visual"
    HEARING = "hearing", "听力残疾", "hearing"
    SPEECH = "speech", "言语残疾", "speech"
    PHYSICAL = "physical", "肢体残疾", "physical"
    INTELLECTUAL = "intellectual", "智力残疾", "intellectual"
    MENTAL = "mental", "精神残疾", "mental"
    MULTIPLE = "multiple", "多重残疾", "multiple"


class ResidenceKind(Term):
    """A child is registered in one place and lives in one; they are often not the same."""

    REGISTERED = "registered", "户籍地", "registered place"
    ACTUAL = "actual", "实际居住地", "actual place"


class FamilyAid(Term):
    """Assistance status of the child's family; some provinces pay by it."""

    NONE = "none", "无", "none"
    DIBAO = "dibao", "最低生活保障家庭", "dibao family"
    NEAR_DIBAO = "near_dibao", "最低生活保障边缘家庭", "near-dibao family"
    TEKUN = "tekun", "特困供养", "tekun support"
    POOR_FILED = "poor_filed", "原建档立卡家庭", "family filed as poor"


class AccessReview(Term):
    """What was found of somebody's emergency access to a child outside their area."""

    WAITING = "waiting", "待复核", "to be reviewed"
    JUSTIFIED = "justified", "理由成立", "justified"
    UNJUSTIFIED = "unjustified", "理由不成立", "not justified"
