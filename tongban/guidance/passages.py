"""The passages of a guide (指南段落): each a sentence or two with the place on its page, and which of them a question asks for. Plain values."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from tongban.catalogue.guides.guide import Guide, SituationGuide
from tongban.catalogue.guides.wording import ONLINE
from tongban.catalogue.search.words import pieces, plain
from tongban.kernel.text import Text

Aspect = Literal["materials", "limit", "fee", "visit", "where", "who", "result", "remedy", "contact", "basis"]


@dataclass(frozen=True, slots=True)
class Passage:
    """`anchor`: its place on the page of the guide. `verified`: whether what it says was checked."""

    aspect: Aspect
    title: Text
    text: Text
    anchor: str
    verified: bool = True


ASKED: Mapping[Aspect, str] = {
    "fee": r"多少钱|收费|费用|花钱|要钱|交钱|免费|工本费|\bfees?\b|cost|how much|charge",
    "limit": r"多久|几天|多长时间|时限|多少天|什么时候(能|可以)?(办|好|下)|快不快|how long|how many days|deadline",
    "materials": r"材料|带什么|带些?啥|要什么|需要(什么|啥|哪些)|准备(什么|啥|哪些)?|哪些(证|东西)|交什么|什么证|手续"
    r"|papers?|documents?|bring|materials?",
    "visit": r"到场|本人(去|来)|亲自|跑(几|一)?(趟|次)|网上|在线|手机(上)?(能|可以|办)|要不要(去|来|回)|必须(去|回)"
    r"|online|in person|come back|go back",
    "where": r"在哪|哪里|哪儿|去哪|地址|什么地方|窗口|\bwhere\b|address|counter",
    "who": r"条件|资格|谁(能|可以)|哪些人|符合|算不算|能不能|可不可以|可以.{0,8}吗|能.{0,8}吗|够不够|who may|who can|eligible|entitled|conditions?",
    "result": r"有效期|管多久|办成|办好(了|以后|之后)|拿到什么|发什么|结果|valid|result|what do i get",
    "remedy": r"不服|复议|起诉|申诉|不同意|拒绝|不给办|被退|object|appeal|refused",
    "contact": r"电话|打给|联系|热线|问谁|phone|hotline|call|whom to ask",
    "basis": r"依据|哪条|法律|法规|规定|凭什么|law|legal|basis",
}
NAMED = 0.25
"""Of a passage's title, what share must stand in the question for the passage to be what was meant."""


def list_aspects(question: str) -> list[Aspect]:
    """What a question asks about, in the order of its words."""
    said = question.lower()
    found = {aspect: match.start() for aspect, words in ASKED.items() if (match := re.search(words, said))}
    return sorted(found, key=lambda aspect: found[aspect])


def remove_aspects(question: str) -> str:
    """The question without the words that name an aspect: what is left names the item."""
    return re.sub("|".join(ASKED.values()), " ", question.lower())


def write_passages(guide: Guide, *, receiving: Iterable[Text] = ()) -> list[Passage]:
    """`receiving`: the names of the places where it may be handed in."""
    return [*_key(guide, list(receiving)), *_situations(guide), *_ends(guide), *_law(guide)]


def choose(passages: Iterable[Passage], question: str, *, item: Text) -> list[Passage]:
    """Those that the question asks for, the likeliest first; none where it asks for nothing that a guide says.

    `item`: the name of the item, which every question about it holds and which names no part of its guide.
    """
    aspects = list_aspects(question)
    of_item = _pieces(item.zh) | _pieces(item.en)
    said = _pieces(question) - of_item
    scored = [(_score(passage, aspects, said, of_item), passage) for passage in passages]
    wanted = [(score, passage) for score, passage in scored if score > 0]
    return [passage for _, passage in sorted(wanted, key=lambda pair: -pair[0])]


def _pieces(text: str) -> set[str]:
    return set(pieces(plain(text, most=200)))


def _score(passage: Passage, aspects: list[Aspect], said: set[str], of_item: set[str]) -> float:
    """An aspect that was asked for first counts most; a situation that was named lifts its own passages."""
    named = max(_share(_pieces(title) - of_item, said) for title in (passage.title.zh, passage.title.en))
    if passage.aspect in aspects:
        return 1.0 - 0.1 * aspects.index(passage.aspect) + named
    return named if not aspects and named >= NAMED else 0.0


def _share(own: set[str], said: set[str]) -> float:
    return len(own & said) / len(own) if own else 0.0


def _key(guide: Guide, receiving: list[Text]) -> Iterator[Passage]:
    definition = guide.definition
    yield Passage("who", Text("由谁决定", "Who decides"), definition.department, "key")
    if receiving:
        names = Text("、".join(one.zh for one in receiving), "; ".join(one.en for one in receiving))
        yield Passage("where", Text("在哪里可以交", "Where to hand it in"), names, "where")
    for mode in definition.modes:
        said = NOT_IN_PERSON if mode.id == ONLINE else AT_A_COUNTER
        text = Text(f"{mode.name.zh}：{said.zh}", f"{mode.name.en}: {said.en}")
        yield Passage("visit", Text("要不要到场", "Do you have to come?"), text, "key", mode.verified)
    yield Passage("fee", Text("费用", "Fee"), _fee(definition.fee.fen), "key", definition.fee.verified)
    for limit in guide.limits:
        yield Passage("limit", Text("时限", "Time limits"), limit.text, "limits", limit.verified)
    yield Passage("result", definition.result.name, definition.result.text, "key", definition.result.verified)


NOT_IN_PERSON = Text("不用到场，全部在网上办。", "you need not come, it is done online.")
AT_A_COUNTER = Text(
    "到收件地的窗口交，不用去决定的地方。",
    "at a counter of the receiving place; no need to go to the place that decides.",
)
FREE = Text("不收费。", "Free of charge.")


def _fee(fen: int) -> Text:
    yuan = f"{fen / 100:g}"
    return Text(f"{yuan} 元。", f"{yuan} yuan.") if fen else FREE


def _situations(guide: Guide) -> Iterator[Passage]:
    for one in guide.situations:
        anchor, situation = f"s-{one.situation.id}", one.situation
        yield Passage("who", situation.name, situation.summary, anchor)
        yield Passage("materials", situation.name, *_materials(one, anchor))
        yield Passage("result", situation.name, situation.validity.text, anchor, situation.validity.verified)


def _materials(one: SituationGuide, anchor: str) -> tuple[Text, str, bool]:
    """What is to be handed in, and what is not."""
    needed = [item.wanted.material.name for item in one.materials if item.wanted.state != "waived"]
    spared = [item.wanted.material.name for item in one.materials if item.wanted.state == "waived"]
    zh = ["要交：" + "、".join(name.zh for name in needed) + "。" if needed else "不用交材料。"]
    en = ["To hand in: " + "; ".join(name.en for name in needed) + "." if needed else "Nothing to hand in."]
    if spared:
        zh.append("不用交：" + "、".join(name.zh for name in spared) + "。")
        en.append("Not needed: " + "; ".join(name.en for name in spared) + ".")
    verified = all(item.wanted.material.verified for item in one.materials)
    return Text("".join(zh), " ".join(en)), anchor, verified


def _ends(guide: Guide) -> Iterator[Passage]:
    for end in guide.ends:
        yield Passage("who", end.answer.title, end.answer.text, "ends", end.answer.verified)


def _law(guide: Guide) -> Iterator[Passage]:
    definition = guide.definition
    for remedy in definition.remedies:
        yield Passage("remedy", remedy.name, remedy.text, "remedies", remedy.verified)
    for contact in definition.contacts:
        yield Passage("contact", contact.name, Text(contact.value, contact.value), "contacts", contact.verified)
    for basis in definition.basis:
        if basis.text:
            law = f"《{basis.law}》{basis.article}"
            yield Passage("basis", Text(law, law), basis.text, "basis", basis.verified)
