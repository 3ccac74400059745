"""Every part of a definition with what can be typed in it. Points (要点) have an editor of their own, answers to questions are moved on the tree.

What no form shows stays as it is: key, region, version, day and layers belong to publishing, standing and standard have acts of their own, and what
is known before anything is asked (`given`) is said by the programme.
"""

from tongban.catalogue.parts.inputs import Input, Part
from tongban.catalogue.pledges import get_pledge_list
from tongban.kernel.text import Text

T = Text

AUDIENCE = {"person": T("个人", "persons"), "organisation": T("企业和组织", "companies and organisations")}
SCOPES = {"national": T("全国", "the country"), "province": T("省内", "the province"), "city": T("市内", "the city")}
KINDS = {"filing": T("备案", "filing"), "licence": T("许可", "licence"), "service": T("其他服务", "other service")}
ITEM_TYPES = {
    "public_service": T("公共服务", "public service"),
    "licence": T("行政许可", "licence"),
    "confirmation": T("行政确认", "confirmation"),
    "benefit": T("行政给付", "benefit"),
}
HANDLING = {"immediate": T("即办件", "immediately"), "promise": T("承诺件", "within the promised days")}
WAYS = {
    "register": T("查登记，免交", "asked of a register"),
    "e-licence": T("电子证照", "electronic licence"),
    "upload": T("上传或窗口交", "uploaded or handed in"),
    "generated": T("系统生成", "made by the system"),
    "pledge": T("签承诺书", "signed pledge"),
}
MEDIA = {
    "application/pdf": T("PDF", "PDF"),
    "image/jpeg": T("JPG 照片", "JPG picture"),
    "image/png": T("PNG 图片", "PNG picture"),
}
WIDGETS = {
    "text": T("一行文字", "line of text"),
    "date": T("日期", "day"),
    "region": T("区划", "place"),
    "choice": T("单选", "choice"),
    "boolean": T("是或否", "yes or no"),
    "consent": T("同意勾选", "consent"),
    "pledge": T("签承诺", "pledge"),
    "money": T("金额（元）", "amount in yuan"),
}
TYPES = {
    "text": T("文字", "text"),
    "date": T("日期", "day"),
    "boolean": T("是或否", "yes or no"),
    "integer": T("整数（金额为分）", "whole number (money in fen)"),
}
RECIPIENTS = {
    "receiving": T("收件地", "receiving place"),
    "deciding": T("决定地", "deciding place"),
    "register": T("被查询的登记机构", "registers that are asked"),
    "platform": T("平台", "platform"),
}
EFFECTS = {
    "add": T("新增", "adds"),
    "change": T("变更", "changes"),
    "cancel": T("取消", "cancels"),
    "correct": T("更正", "corrects"),
    "supply": T("补齐材料", "supplies what was missing"),
    "renew": T("延续", "renews"),
    "reissue": T("补发", "reissues"),
}
TERMS = {"long": T("长期", "long"), "temporary": T("临时", "temporary")}
ACCEPTANCE = {"automatic": T("自动受理", "automatic"), "person": T("人工受理", "by a person")}
AT = {"deciding": T("决定地", "deciding place"), "receiving": T("收件地", "receiving place")}
REGIMES = {
    "proof": T("证明事项告知承诺", "instead of a proof"),
    "licence": T("涉企经营许可告知承诺", "for a business licence"),
}

READINGS = {
    "id-card": T("身份证", "identity card"),
    "household-page": T("户口簿", "household register"),
    "referral-letter": T("转诊证明", "referral letter"),
    "business-licence": T("营业执照", "business licence"),
    "test-report": T("检测报告", "test report"),
}
GROUNDS = {one.id: one.text for one in get_pledge_list().grounds}

GRID_HINT = T(
    "一行一行写，格子用 | 隔开；第一行是各列的标题，前面空一格。",
    "Line by line, with | between cells; the first line holds the heads of the columns, after an empty cell.",
)
OUTLINE_HINT = T(
    "标题单独一行，下面每一条以“- ”开头。", "A heading on its own line, below it each line with “- ” before it."
)
PAIRS_HINT = T("每行一项：材料上的栏目 = 要素编号。", "One in a line: field on the paper = id of the element.")
LIMIT_HINT = T("工作日", "working days")
ID_HINT = T("小写字母、数字、连字符；保存后不再改变", "small letters, digits, hyphens; it never changes afterwards")
BOOKED = T("出处", "Where it is said")
CHECKED = T("已对照出处核实", "checked against its source")


def _line(path: str, zh: str, en: str, *, optional: bool = False, hint: Text | None = None) -> Input:
    return Input(path, T(zh, en), "line", optional=optional, hint=hint)


def _text(path: str, zh: str, en: str, *, optional: bool = False, long: bool = False) -> Input:
    return Input(path, T(zh, en), "long" if long else "text", optional=optional)


def _number(path: str, zh: str, en: str, *, optional: bool = False, hint: Text | None = None) -> Input:
    return Input(path, T(zh, en), "number", optional=optional, hint=hint)


def _tick(path: str, zh: str, en: str, *, usual: bool | None = None) -> Input:
    return Input(path, T(zh, en), "tick", usual=usual)


def _choice(path: str, zh: str, en: str, options: dict[str, Text], *, optional: bool = False) -> Input:
    return Input(path, T(zh, en), "choice", options, optional=optional)


def _ticks(path: str, zh: str, en: str, options: dict[str, Text], *, optional: bool = False) -> Input:
    return Input(path, T(zh, en), "ticks", options, optional=optional)


def _ref(path: str, zh: str, en: str, of: str, *, optional: bool = False) -> Input:
    return Input(path, T(zh, en), "ref", of=of, optional=optional)


def _refs(path: str, zh: str, en: str, of: str, *, optional: bool = False) -> Input:
    return Input(path, T(zh, en), "refs", of=of, optional=optional)


def _verified(prefix: str = "") -> tuple[Input, ...]:
    return Input(f"{prefix}verified", CHECKED, "tick"), Input(f"{prefix}cited", BOOKED, "line", optional=True)


def _limit(path: str, zh: str, en: str, *, optional: bool = False) -> tuple[Input, ...]:
    return _number(f"{path}.days", zh, en, optional=optional, hint=LIMIT_HINT), *_verified(f"{path}.")


def _law(path: str = "basis", *, optional: bool = False) -> Input:
    return _refs(path, "依据", "Legal basis", "basis", optional=optional)


NEW_ID = _line("id", "编号", "Id", hint=ID_HINT)

DATA = (
    _text("purpose", "为什么收集", "What it is asked for"),
    _law(),
    _number("retention", "办结后保存几年", "Years it is kept after the case"),
    _ticks("recipients", "谁会收到", "Who receives it", RECIPIENTS),
)

HEAD = Part(
    "head", T("事项基本信息", "The item"),
    (
        _text("name", "事项名称", "Name"),
        _text("summary", "一句话说明", "In one sentence", long=True),
        _line("code.value", "事项编码", "Code"), *_verified("code."),
        _text("department", "决定部门", "Department that decides"),
        _ticks("audience", "办给谁", "For whom", AUDIENCE),
        _choice("scope", "通办范围", "Scope", SCOPES),
        _choice("kind", "性质", "Kind", KINDS),
        _choice("item_type", "事项类型", "Type", ITEM_TYPES),
        _choice("handling", "办件类型", "Handled", HANDLING),
        _line("effect", "结果写入哪个登记或系统", "Register that takes the result"),
        _line("office", "决定地的哪类机构", "Kind of office that decides", optional=True),
    ),
)  # fmt: skip
LIMITS = Part(
    "limits", T("时限", "Time limits"),
    (
        *_limit("limits.counter", "窗口当场或几天内（0 为当场）", "At the counter (0 at once)"),
        *_limit("limits.promise", "承诺时限", "Promised"), *_limit("limits.legal", "法定时限", "Legal", optional=True),
        *_limit("limits.tell_missing", "几天内一次性告知", "Days to tell what is missing"),
        *_limit("limits.correct", "申请人补正几天", "Days to correct"),
        *_limit("limits.tolerate", "容缺几天内补齐", "Days to bring what was tolerated", optional=True),
        *_limit("limits.extend", "可以延期几天", "The one extension", optional=True),
    ),
    whole={
        "limits.legal": T("法定时限", "Legal limit"), "limits.tolerate": T("容缺", "What was tolerated"), "limits.extend": T("延期", "Extension"),
    },
)  # fmt: skip
MONEY = Part(
    "money", T("费用和结果", "Fee and result"),
    (
        Input("fee.fen", T("费用（分，0 为不收费）", "Fee (fen; 0 is free)"), "number"), _law("fee.basis", optional=True), *_verified("fee."),
        _text("result.name", "结果名称", "Result"), _text("result.text", "结果怎样拿到", "How it comes", long=True), *_verified("result."),
    ),
)  # fmt: skip
POLICY = Part(
    "policy", T("怎样审批", "How it is decided"),
    (
        _choice("policy.acceptance", "受理", "Acceptance", ACCEPTANCE),
        _tick("policy.automatic_decision", "要点全部符合时可以自动准予", "May be granted by rules alone"),
        _tick("policy.single_examiner", "独任审批：审查和决定可以是一个人", "One person may examine and decide"),
        _tick("policy.precheck", "网上提交的先预审", "What comes online is looked at before it is received", usual=False),
        _number("policy.retention_years", "档案保存几年", "Years the record is kept"), *_verified("policy."),
        _number("policy.sampling.one_in", "自动决定每几件抽查一件", "One in so many automatic decisions is drawn", optional=True),
        _number("policy.sampling.days", "抽中后几个工作日内查完", "Working days to look at it", optional=True),
        _number("policy.sampling.window", "按最近几件统计", "Of the last so many", optional=True),
        _number("policy.sampling.least", "至少查过几件才统计", "Only once so many were looked at", optional=True),
        _number("policy.sampling.percent", "不一致超过百分之几就停用", "Stopped above so many per cent in disagreement", optional=True),
        Input("pledge_excluded", T("不适用告知承诺的情形", "Grounds that leave no room for a pledge"), "ticks", GROUNDS, usual=[]),
    ),
    whole={"policy.sampling": T("自动决定的抽查（不填按全节点的）", "Sampling of automatic decisions (empty: as everywhere here)")},
)  # fmt: skip
USE = Part(
    "data", T("姓名、证件、手机的收集说明", "What name, number and phone are asked for"),
    tuple(
        Input(f"data.{one.path}", one.label, one.kind, one.options, one.of, one.optional) for one in DATA
    ),
)  # fmt: skip
DECIDED_AT = Part(
    "decided-at", T("由哪里决定（对群众怎样说）", "Which place decides, in plain words"),
    tuple(
        Input(f"decided_at.{key}", T(zh, en), "text", optional=True)
        for key, zh, en in (
            ("name", "叫什么", "Name"), ("question", "怎样问", "How it is asked for"), ("hint", "在哪里看得到", "Where to see it"),
            ("missing", "列表里没有时找谁", "Whom to ask if it is not listed"),
        )
    ),
    whole={"decided_at": T("由哪里决定", "Which place decides")},
)  # fmt: skip
SUPERVISION = Part(
    "supervision", T("批后监管", "Supervision"),
    (
        _line("supervision.office", "监管机构编号", "Office", optional=True), _text("supervision.name", "监管机构名称", "Name", optional=True),
        _choice("supervision.at", "在哪里", "At which place", AT),
        _refs("supervision.situations", "哪些情形", "Situations", "situations", optional=True),
        _text("supervision.remedy", "对整改要求不服", "Against an order", optional=True), _law("supervision.basis", optional=True),
        *_verified("supervision."),
    ),
    whole={"supervision": T("批后监管", "Supervision")},
)  # fmt: skip

BASIS = Part(
    "basis", T("法律依据", "Legal basis"),
    (
        _line("law", "文件名称", "Law"), _line("article", "条款", "Article"),
        _text("text", "条文大意", "What it says", optional=True, long=True), *_verified(),
    ),
    list="basis",
)  # fmt: skip
MODES = Part("modes", T("办理方式", "Ways to apply"), (_text("name", "名称", "Name"), *_verified()), list="modes")
CONTACTS = Part(
    "contacts", T("咨询方式", "Contacts"), (_text("name", "名称", "Name"), _line("value", "电话或地址", "Phone or address"), *_verified()),
    list="contacts",
)  # fmt: skip
REMEDIES = Part(
    "remedies", T("救济途径", "Remedies"), (_text("name", "名称", "Name"), _text("text", "说明", "Text", long=True), _law(), *_verified()),
    list="remedies",
)  # fmt: skip
QUESTIONS = Part(
    "questions", T("问题", "Questions"),
    (
        _text("text", "问题", "Question"), _text("help", "说明", "Help", optional=True),
        Input("compare", T("对照表", "Table that compares the answers"), "grid", optional=True, hint=GRID_HINT),
        Input(
            "options", T("回答", "Answers"), "rows",
            columns=(
                _text("label", "回答", "Answer"), _text("note", "说明", "Note", optional=True),
                Input("next", T("通向", "Leads to"), "target"),
            ),
        ),
    ),
    list="questions",
)  # fmt: skip
ANSWERS = Part(
    "answers", T("不用办件的结论", "Ends without a case"),
    (
        _text("title", "结论", "Title"), _text("text", "说明", "Text", long=True),
        Input("parts", T("分段清单", "Lists under headings"), "outline", optional=True, hint=OUTLINE_HINT), _law(),
        _tick("urgent", "给等不得的人看", "For whoever cannot wait", usual=False), *_verified(),
    ),
    list="answers",
)  # fmt: skip
SITUATIONS = Part(
    "situations", T("情形", "Situations"),
    (
        _text("name", "名称", "Name"), _text("summary", "一句话说明", "In one sentence"), _line("code.value", "业务办理项编码", "Code"),
        *_verified("code."), _refs("fields", "表单问什么（按顺序）", "What the form asks, in order", "fields"),
        _refs("materials", "材料", "Materials", "materials"), _refs("points", "审查要点", "Review points", "points"),
        _text("validity.text", "结果管多久", "How long the result holds"), _number("validity.months", "几个月", "Months", optional=True),
        *_verified("validity."), _choice("effect", "对已有登记", "Effect", EFFECTS, optional=True),
        _choice("term", "期限", "Term", TERMS, optional=True),
        *_limit("promise", "本情形的承诺时限（与事项不同时）", "Promise of its own", optional=True),
        _ref("follow_up.material", "承诺后要补交的材料", "Material that must follow", "materials", optional=True),
        _number("follow_up.months", "几个月内补交", "Months until it must follow", optional=True),
        _text("follow_up.text", "怎样告知", "What is told", optional=True), _text("follow_up.overdue", "过期告知", "When it is late", optional=True),
        _text("follow_up.task", "过期后办公室做什么", "What the office then does", optional=True), _law("follow_up.basis", optional=True),
        *_verified("follow_up."),
        _number("post_check.days", "事后核查：几天内", "Check on the spot within days", optional=True),
        _text("post_check.text", "事后核查怎样告知", "What is told of it", optional=True),
        _text("post_check.task", "核查做什么", "What is then done", optional=True), _law("post_check.basis", optional=True),
        *_verified("post_check."),
        _choice("pledge.regime", "告知承诺的种类", "Kind of pledge", REGIMES, optional=True),
        _ref("pledge.field", "在哪个填报项签", "Field that is signed", "fields", optional=True),
        _text("pledge.notice", "告知内容", "What the office tells", optional=True, long=True),
        _ref("pledge.bar", "哪个要点不符合时不能承诺", "Point that bars this way", "points", optional=True),
        _ref("pledge.instead", "普通方式的情形", "Ordinary way", "situations", optional=True),
        _refs("pledge.replaces", "决定前免交的材料", "Materials it replaces", "materials", optional=True), _law("pledge.basis", optional=True),
        *_verified("pledge."),
    ),
    list="situations", whole={
        "promise": T("本情形的承诺时限", "A promise of its own"), "follow_up": T("承诺后补交材料", "Material that must follow"),
        "post_check": T("事后核查", "Check on the spot"), "pledge": T("告知承诺", "Notice and pledge"),
    },
)  # fmt: skip
SCREENS = Part(
    "screens", T("先行判断", "Screens before any question"),
    (
        Input("when", T("什么条件下不用问", "Condition under which nothing is asked"), "condition"),
        _ref("answer", "直接给出哪个结论", "End that is shown", "answers"),
    ),
    list="screens",
)  # fmt: skip
GROUPS = Part("groups", T("表单分组", "Groups of the form"), (_text("name", "标题", "Heading"),), list="groups")
SOURCES = Part(
    "sources", T("信息来源", "Sources"),
    (
        _text("label", "名称", "Name"), _line("register", "登记库", "Register", optional=True),
        _choice("asks", "在哪里查询", "Asked at", AT, optional=True), _ref("consent", "需要哪项同意", "Consent it needs", "elements", optional=True),
        _refs("with", "查询时带去的填报项", "What is told with the question", "fields", optional=True),
    ),
    list="sources",
)  # fmt: skip
ELEMENTS = Part(
    "elements", T("要素", "Elements"),
    (
        _text("label", "名称", "Name"), _choice("type", "类型", "Type", TYPES),
        _refs("sources", "来源（好的在前）", "Sources, best first", "sources"),
        Input(
            "values", T("可以选的值", "Values to choose from"), "rows", optional=True,
            columns=(_line("id", "值", "Value"), _text("label", "名称", "Name")),
        ),
    ),
    list="elements",
)  # fmt: skip
FIELDS = Part(
    "fields", T("表单填报项", "Fields of the form"),
    (
        _ref("group", "放在哪一组", "Group", "groups"), _choice("widget", "怎样填", "Typed as", WIDGETS), _tick("required", "必填", "required"),
        _text("hint", "填写提示", "Hint", optional=True), _number("max_length", "最多几个字", "Most characters", optional=True),
        _ref("material", "签的是哪份材料", "Material that is signed", "materials", optional=True), *DATA,
    ),
    list="fields", key="element", used="fields",
)  # fmt: skip
CHECKS = Part(
    "checks", T("填写核对", "Checks of the form"),
    (
        _ref("field", "显示在哪个填报项", "Field it is said at", "fields"),
        Input("when", T("必须成立的条件", "Condition that must hold"), "condition"),
        _text("text", "不成立时怎样说", "What is said otherwise"),
    ),
    list="checks",
)  # fmt: skip
MATERIALS = Part(
    "materials", T("材料", "Materials"),
    (
        _text("name", "名称", "Name"), _text("issuer", "由谁出具", "Issued by"),
        _line("issued_by", "由哪个事项办出（事项编号）", "Item that issues it (key)", optional=True),
        _ticks("ways", "怎样提供", "How it can be had", WAYS), _ticks("media_types", "上传的文件类型", "File types", MEDIA, optional=True),
        _tick("original", "要看原件", "the original is seen"), _tick("main", "主件（不能容缺）", "main material (never tolerated)", usual=True),
        _text("waived", "免交的说法", "Why it is waived", optional=True),
        Input("waived_when", T("什么条件下免交（不填为一律免交）", "Waived when (empty: always)"), "condition", optional=True),
        _text("template", "承诺书正文", "Text of the pledge", optional=True, long=True), _law(), *_verified(),
        _choice("reads.kind", "机器识读：是哪种材料", "Read by machine: kind of paper", READINGS, optional=True),
        Input("reads.facts", T("识读哪些栏目", "What is read on it"), "pairs", optional=True, hint=PAIRS_HINT),
    ),
    list="materials", used="materials", whole={"reads": T("材料识读", "Reading by machine")},
)  # fmt: skip
PAPERS = Part(
    "papers", T("文书", "Papers of the procedure"),
    (_text("name", "名称", "Name"), _choice("by", "由谁出", "Made by", AT), _line("event", "什么时候（事件）", "At which event")), list="papers",
)  # fmt: skip

DEVIATIONS = Part(
    "deviations", T("与约定标准的差异", "Deviations from the agreed standard"), (_text("reason", "为什么不同", "Why it is otherwise", long=True),),
    list="deviations", key="path",
)  # fmt: skip

PARTS = {
    part.id: part
    for part in (
        HEAD, LIMITS, MONEY, POLICY, USE, DECIDED_AT, SUPERVISION, SCREENS, QUESTIONS, SITUATIONS, ANSWERS, FIELDS, ELEMENTS, GROUPS, CHECKS,
        MATERIALS, MODES, CONTACTS, BASIS, REMEDIES, SOURCES, PAPERS, DEVIATIONS,
    )
}  # fmt: skip
"""In the order of the pages."""
