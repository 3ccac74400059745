"""The sentences of a guide (指南用语): limits in plain words, how a material can be had, and what may be promised before anybody has asked. Pure."""

from dataclasses import dataclass

from tongban.catalogue.asking import Wanted
from tongban.catalogue.definition import Definition, Limit, Way
from tongban.kernel.text import Text

ONLINE = "online"
"""The mode without any counter (全程网办)."""
COLLECT = "collect"
"""Received at a counter here for the other place (异地代收代办)."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and whether what it says was checked."""

    text: Text
    verified: bool


LIMITS = {
    "tell_missing": Text(
        "材料不齐的，收件后 {days} 个工作日内一次性告诉您缺什么；逾期不说，视为受理。",
        "What is missing is told once, within {days} working days of receipt; otherwise the application counts as accepted.",
    ),
    "correct": Text(
        "您有 {days} 个工作日补正。", "You have {days} working days to correct or complete what you were told."
    ),
    "tolerate": Text(
        "允许后补的材料，受理后 {days} 个工作日内交。",
        "What may follow later follows within {days} working days of acceptance.",
    ),
    "legal": Text("法定时限：受理后 {days} 个工作日。", "The law allows {days} working days from acceptance."),
    "extend": Text(
        "情况复杂的，经批准可以延长一次，最多 {days} 个工作日，并告诉您理由。",
        "If it is complicated, it may be extended once by at most {days} working days; you are told why.",
    ),
}
PROMISE = Text(
    "承诺时限：受理后 {days} 个工作日内决定。", "Promised: decided within {days} working days of acceptance."
)
AT_ONCE = Text(
    "核验一致的，马上办好；需要人工核实的，受理后最多 {days} 个工作日。",
    "At once when the registers agree; at most {days} working days from acceptance when a person has to look.",
)
STOPS = Text(
    "等您补正、以及按规定不计时的程序（如听证、检测）期间，时限暂停。",
    "The clock stands still while you correct something and during procedures that do not count, such as hearings or tests.",
)


def list_limits(definition: Definition) -> tuple[Said, ...]:
    limits = definition.limits
    first = AT_ONCE if definition.handling == "immediate" else PROMISE
    stated = [(first, limits.promise), *((text, getattr(limits, name)) for name, text in LIMITS.items())]
    return (*(_said(text, limit) for text, limit in stated if limit is not None), Said(STOPS, verified=True))


HOW: dict[Way, Text] = {
    "register": Text(
        "由部门之间的数据查验，查到的不用您交。",
        "Looked up in the authorities' registers; what is found there you need not hand in.",
    ),
    "e-licence": Text("用电子证照，授权调取即可。", "As an e-licence, released by you."),
    "generated": Text("由您填写的内容自动生成。", "Made from what you fill in."),
    "pledge": Text("当场或网上签署，文字见下。", "Signed online or at the counter; the words are below."),
    "upload": Text("拍照或者上传电子件。", "Upload a photo or a file."),
}
SCANNED = Text("带到窗口，工作人员当场扫描。", "Bring it to the counter; it is scanned there.")
ORIGINAL = Text(
    "带原件到窗口，核对后当场还您。", "Bring the original to the counter; it is checked and given back at once."
)


def list_how(wanted: Wanted, mode: str) -> tuple[Text, ...]:
    """How a material can be had, in the order of the definition; one that is not needed says only why."""
    if wanted.state == "waived" and wanted.why:
        return (wanted.why,)
    told = tuple(_how(way, mode, original=wanted.material.original) for way in wanted.material.ways)
    return (wanted.why, *told) if wanted.why else told


def _how(way: Way, mode: str, *, original: bool) -> Text:
    if way == "upload" and mode != ONLINE:
        return ORIGINAL if original else SCANNED
    return HOW[way]


FREE = Text("不收费", "Free of charge")
NO_COUNTER = Text("可以全程网办，不用到窗口", "Entirely online, no counter")
IMMEDIATE = Text("核验一致的，马上办好", "At once when the registers agree")
AT_MOST = Text("受理后最多 {days} 个工作日", "At most {days} working days from acceptance")


def list_claims(definition: Definition) -> tuple[Text, ...]:
    """What may be said of it in a few words: only what the definition states and somebody has checked."""
    limits, online = definition.limits, next((mode for mode in definition.modes if mode.id == ONLINE), None)
    claims = (
        (NO_COUNTER, online is not None and online.verified),
        (FREE, definition.fee.fen == 0 and definition.fee.verified),
        (IMMEDIATE, definition.handling == "immediate" and limits.counter.days == 0 and limits.counter.verified),
        (fill(AT_MOST, limits.promise.days), definition.handling != "immediate" and limits.promise.verified),
    )
    return tuple(text for text, holds in claims if holds)


def fill(text: Text, days: int) -> Text:
    return Text(text.zh.format(days=days), text.en.format(days=days))


def _said(text: Text, limit: Limit) -> Said:
    return Said(fill(text, limit.days), limit.verified)
