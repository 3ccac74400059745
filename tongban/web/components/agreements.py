"""Agreements in words (通办协议): names for the codes of places, items and modes; the parts of one; which are shown first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from tongban.alliance import queries as alliance
from tongban.alliance.agreements import Agreement
from tongban.alliance.terms import EVERY
from tongban.catalogue import queries as catalogue
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions
from tongban.web.components import places

PAGE = 20
FEW = 12
"""More names than these fold away: an agreement may have two hundred members."""
ALL_MEMBERS, ALL_ITEMS, ALL_MODES = (
    Text("全体成员", "every member"),
    Text("全部事项", "every item"),
    Text("各种方式", "every mode"),
)
STATES = {
    "in-force": (Text("已生效", "in force"), "good"),
    "coming": (Text("尚未生效", "not begun"), "info"),
    "ending": (Text("将终止", "ends"), "warn"),
    "ended": (Text("已终止", "ended"), "quiet"),
    "replaced": (Text("已被新版本替代", "replaced"), "quiet"),
}
ROUNDS = {
    "signing": (Text("签署中", "being signed"), "warn"),
    "declined": (Text("有成员不同意", "declined"), "bad"),
    "withdrawn": (Text("已撤回", "withdrawn"), "quiet"),
    "late": (Text("未按期签齐", "not signed in time"), "bad"),
    "waiting": (Text("前一版尚未收到", "the version before is missing here"), "warn"),
    "confirming": (Text("已签齐，等待其他节点确认", "signed by all, to be confirmed by another node"), "info"),
    "complete": (Text("已签齐", "signed by all"), "good"),
}


class Names:
    """Of items and modes as some place has published them; a code that nobody has stays a code."""

    def __init__(self, on: date) -> None:
        self.on = on

    @cached_property
    def services(self) -> Sequence[Any]:
        return catalogue.list_services(self.on)

    @cached_property
    def items(self) -> dict[str, Text]:
        return {one.code.value: one.name for one in self.services}

    @cached_property
    def modes(self) -> dict[str, Text]:
        return {mode.id: mode.name for one in reversed(self.services) for mode in one.modes}

    def item(self, code: str) -> Text:
        return ALL_ITEMS if code == EVERY else self.items.get(code, Text(code, code))

    def mode(self, id: str) -> Text:
        return ALL_MODES if id == EVERY else self.modes.get(id, Text(id, id))


def name_place(code: str) -> Text:
    if code == EVERY:
        return ALL_MEMBERS
    try:
        return regions.spoken(regions.get_region(code).name)
    except Refused:
        return Text(code, code)


def name_places(codes: Iterable[str]) -> list[Text]:
    return [name_place(code) for code in codes]


def list_partners(known: Iterable[Agreement]) -> list[places.Group]:
    """Every member that we have a name of, by city."""
    codes = {code for one in known for code in one.members}
    return places.grouped(code for code in codes if name_place(code).zh != code)


@dataclass(frozen=True, slots=True)
class Listed:
    """`state`: a key of STATES."""

    agreement: Agreement
    state: str

    @property
    def leaving(self) -> list[tuple[str, date]]:
        """Members that leave, with their last day."""
        one = self.agreement
        return [(code, day) for code, version, day in alliance.list_leaving(one.id) if version >= one.version]

    @property
    def sign(self) -> tuple[Text, str]:
        return STATES[self.state]


def list_current(at: Any) -> list[Listed]:
    """Of each agreement the version in force, or one that has not begun; the one that begins last first."""
    today, in_force = legal_day(at), {one.id: one for one in alliance.list_agreements(at)}
    coming = [one for one in alliance.list_versions() if one.valid_from > today]
    found = [Listed(one, _state(one, today, one.version)) for one in (*in_force.values(), *coming)]
    return sorted(found, key=lambda one: (one.agreement.valid_from, one.agreement.id), reverse=True)


def list_history(agreement: str, at: Any) -> list[Listed]:
    """Every version, the newest first."""
    today = legal_day(at)
    current = next((one.version for one in alliance.list_agreements(at) if one.id == agreement), None)
    return [Listed(one, _state(one, today, current)) for one in reversed(alliance.list_versions(agreement))]


def choose(known: Sequence[Listed], *, place: str, item: str, names: Names) -> list[Listed]:
    """Those in which the place is a member, and of which an article is about the item (its code, or part of its name)."""
    fitting = [one for one in known if not place or place in one.agreement.members]
    return [one for one in fitting if not item or _is_about(one.agreement, item, names)]


def say_parts(agreement: Agreement, names: Names) -> dict[str, Any]:
    """What a page shows of it."""
    return {
        "agreement": agreement, "members": name_places(agreement.members), "few": len(agreement.members) <= FEW,
        "articles": [_article(one, names) for one in agreement.articles],
        "batches": [{"batch": one, "items": _items(one.items, names)} for one in agreement.terms.batches],
        "entrustments": [
            {"one": one, "giver": name_place(one.giver), "takers": name_places(one.takers), "items": _items(one.items, names)}
            for one in agreement.terms.entrustments
        ],
        "helpers": name_places(agreement.terms.helpers), "liaison": list(_liaison(agreement.liaison)),
    }  # fmt: skip


def say_aspect(name: str, value: Any, names: Names) -> list[Text]:
    """One side of a change: codes become names, days and texts stay what they are."""
    if value in (None, "", [], ()):
        return []
    if isinstance(value, Mapping) and set(value) == {"zh", "en"}:
        return [Text.from_json(value)]
    if isinstance(value, Text):
        return [value]
    if name == "giver":
        return [name_place(str(value))]
    if isinstance(value, (list, tuple)):
        say = {"items": names.item, "modes": names.mode}.get(name, name_place)
        return [say(str(one)) for one in value]
    return [Text(str(value), str(value))]


def cut(rows: Sequence[Any], page: str) -> tuple[Sequence[Any], int, int]:
    """The rows of a page, its number, and how many there are."""
    last = max(1, -(-len(rows) // PAGE))
    number = min(int(page), last) if page.isascii() and page.isdecimal() and 0 < len(page) < 6 else 1
    number = max(1, number)
    return rows[(number - 1) * PAGE : number * PAGE], number, last


def _article(one: Any, names: Names) -> dict[str, Any]:
    return {
        "article": one, "items": _items(one.items, names), "modes": [names.mode(id) for id in one.modes],
        "receiving": name_places(one.receiving), "deciding": name_places(one.deciding),
    }  # fmt: skip


def _items(codes: Iterable[str], names: Names) -> list[tuple[str, Text]]:
    return [(code, names.item(code)) for code in codes]


def _liaison(liaison: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for code, said in liaison.items():
        if isinstance(said, dict):
            yield {"place": name_place(code), **{name: str(said.get(name, "")) for name in ("post", "phone", "hours")}}


def _state(one: Agreement, today: date, current: int | None) -> str:
    if one.valid_from > today:
        return "coming"
    if one.valid_until and one.valid_until < today:
        return "ended"
    if current != one.version:
        return "replaced" if current else "ended"
    return "ending" if one.valid_until else "in-force"


def _is_about(agreement: Agreement, item: str, names: Names) -> bool:
    codes = {code for article in agreement.articles for code in article.items}
    if EVERY in codes or item in codes:
        return True
    return any(item in names.item(code).zh or item.lower() in names.item(code).en.lower() for code in codes)
