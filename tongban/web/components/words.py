"""The words of an item (用词): a filing is never a licence, a subsidy is paid and a certificate issued; and where its home is."""

from dataclasses import dataclass, replace

from tongban.catalogue.definition import INSURED, Definition
from tongban.kernel.text import Text

INSURANCE = "insurance-platform"
"""The business system whose acknowledgement people know by its name."""
REGISTRATION = "登记"
"""How the name of a registration ends: by its type it is a licence or a confirmation."""


@dataclass(frozen=True, slots=True)
class Decided:
    """How a decision is said, and the buttons that make it. `acknowledged`: whose number stands beside it once it is in effect."""

    granted: Text
    refused: Text
    grant: Text
    refuse: Text
    acknowledged: Text


@dataclass(frozen=True, slots=True)
class Home:
    """How the deciding place is asked for and named."""

    question: Text
    label: Text
    hint: Text
    choose: Text
    here_hint: Text
    not_listed: Text
    missing: Text
    decided_by: Text
    passed_on: Text


NOT_ACCEPTED = Text("不予受理", "Not accepted")
_ACKNOWLEDGED = Text("登记回执号：", "Acknowledged by the register: ")


def _say(zh: str, en: str, acknowledged: Text = _ACKNOWLEDGED) -> Decided:
    grant, refuse = f"准予{zh}", f"不予{zh}"
    return Decided(
        granted=Text(grant, f"{en} granted"),
        refused=Text(refuse, f"{en} refused"),
        grant=Text(grant, f"Grant the {en.lower()}"),
        refuse=Text(refuse, f"Refuse the {en.lower()}"),
        acknowledged=acknowledged,
    )


_DECIDED = {
    "filing": _say("备案", "Filing", Text("业务系统确认号：", "Acknowledged by the business system: ")),
    "licence": _say("许可", "Licence"),
    "registration": _say("登记", "Registration"),
    "confirmation": _say("发证", "Certificate"),
    "benefit": _say("发放", "Payment", Text("发放回执号：", "Acknowledged by the payroll: ")),
    "service": _say("办理", "Application"),
}
_INSURANCE = Text("医保平台确认号：", "Acknowledged by the insurance platform: ")


def decided(definition: Definition) -> Decided:
    """The words of the item's kind."""
    words = _DECIDED[_manner(definition)]
    is_insurance = definition.effect == INSURANCE
    return replace(words, acknowledged=_INSURANCE) if is_insurance else words


def outcome(definition: Definition, code: str) -> Text:
    """`code`: approved, refused or not_accepted."""
    words = decided(definition)
    return {"approved": words.granted, "refused": words.refused}.get(code, NOT_ACCEPTED)


def home(definition: Definition | None) -> Home:
    """From what the item says of its deciding place. None: before any place offers it."""
    at = definition.decided_at if definition else INSURED
    return Home(
        question=_fill(Text("{question}您现在在哪里？", "{question} Where are you now?"), question=at.question),
        label=at.name,
        hint=at.hint,
        choose=_CHOOSE_INSURED if at == INSURED else _fill(Text("请选择{name}。", "Choose: {name}."), name=at.name),
        here_hint=_LIVES_HERE if at == INSURED else _IS_HERE,
        not_listed=_fill(Text("列表里没有我的{name}", "{name}: mine is not in the list"), name=at.name),
        missing=_fill(_MISSING, missing=at.missing),
        decided_by=_fill(Text("由谁决定（{name}）", "Decided by ({name})"), name=at.name),
        passed_on=_fill(_PASSED_ON, name=at.name),
    )


def _fill(pattern: Text, **words: Text) -> Text:
    return Text(
        pattern.zh.format(**{name: word.zh for name, word in words.items()}),
        pattern.en.format(**{name: word.en for name, word in words.items()}),
    )


_MISSING = Text(
    "列表里只有已经开通的地方。没有的话，{missing}",
    "Only places that offer this service are listed. Otherwise: {missing}",
)
_CHOOSE_INSURED = Text("请选择您在哪里参保。", "Choose where you are insured.")
_LIVES_HERE = Text(
    "您居住、准备就医的地方，也是收下申请的地方。",
    "Where you live and will be treated; it also takes in your application.",
)
_IS_HERE = Text(
    "在这里收下申请，转给决定的地方。", "It takes in your application and passes it to the place that decides."
)
_PASSED_ON = Text(
    "我同意由收件地把申请转给{name}决定，两地各保存一份相同的办理记录。",
    "I agree that the receiving place passes the application on to be decided ({name}); both places keep the same record.",
)


def _manner(definition: Definition) -> str:
    if definition.kind == "filing":
        return "filing"
    if definition.item_type in ("licence", "confirmation") and definition.name.zh.endswith(REGISTRATION):
        return "registration"
    return definition.item_type if definition.item_type in _DECIDED else "service"
