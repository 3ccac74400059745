"""The menu of a desk (导航): the pages whose doors the roles of somebody open, those of one kind under one sign."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import resolve, reverse

from tongban.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Entry:
    """`section`: what a page calls itself to be shown as open."""

    route: str
    words: Text
    section: str = ""

    @property
    def url(self) -> str:
        return reverse(self.route)


@dataclass(frozen=True, slots=True)
class Group:
    words: Text
    entries: tuple[Entry, ...]

    @property
    def sections(self) -> frozenset[str]:
        return frozenset(entry.section for entry in self.entries)


MENU: tuple[Entry | Group, ...] = (
    Entry("staff:worklist", Text("办件", "Cases"), "worklist"),
    Entry("staff:today", Text("今日办理", "Today"), "today"),
    Entry("staff:reception", Text("窗口收件", "Reception"), "reception"),
    Group(
        Text("咨询帮办", "Help"),
        (
            Entry("staff:guidance", Text("在线咨询", "Questions"), "guidance"),
            Entry("staff:enquiries", Text("咨询单", "Enquiries"), "enquiries"),
            Entry("staff:mandates", Text("登记委托", "Mandates"), "mandates"),
            Entry("citizen:helping", Text("帮办", "Helping"), "helping"),
        ),
    ),
    Group(
        Text("事项", "Items"),
        (
            Entry("staff:items", Text("事项管理", "Items"), "items"),
            Entry("staff:rules", Text("审查规则", "Rules"), "rules"),
            Entry("staff:rehearsals", Text("规则预演", "Rehearsals"), "rehearsals"),
            Entry("staff:compare", Text("事项核对", "Compare"), "compare"),
            Entry("staff:topics", Text("情形导引", "Topics"), "topics"),
            Entry("staff:searches", Text("没搜到的词", "Searches"), "searches"),
        ),
    ),
    Entry("staff:agreements", Text("通办协议", "Agreements"), "agreements"),
    Group(
        Text("证照印章", "Licences"),
        (
            Entry("staff:licences", Text("证照签发", "Licences"), "licences"),
            Entry("staff:seals", Text("印章", "Seals"), "seals"),
            Entry("staff:licence-forms", Text("证照版式", "Forms"), "forms"),
            Entry("staff:blanks", Text("空白证照", "Blanks"), "blanks"),
            Entry("staff:seal-orders", Text("免费刻章", "Free seals"), "seal-orders"),
        ),
    ),
    Group(
        Text("监督", "Oversight"),
        (
            Entry("staff:supervision", Text("批后核查", "Inspections"), "supervision"),
            Entry("staff:automatic", Text("自动审批", "Automatic"), "automatic"),
            Entry("staff:feedback", Text("群众评价", "Feedback"), "feedback"),
            Entry("staff:readings", Text("查阅预警", "Alarms"), "readings"),
        ),
    ),
    Entry("staff:node", Text("节点运行", "This node"), "node"),
)


@cache
def menu_for(roles: frozenset[str]) -> tuple[Entry | Group, ...]:
    """What these roles may open. A group of one stands as its entry."""
    return tuple(_shown(roles))


def _shown(roles: frozenset[str]) -> Iterator[Entry | Group]:
    for part in MENU:
        entries = part.entries if isinstance(part, Group) else (part,)
        found = tuple(entry for entry in entries if _opening(entry.route) & roles)
        if isinstance(part, Group) and len(found) > 1:
            yield Group(part.words, found)
        else:
            yield from found


@cache
def _opening(route: str) -> frozenset[str]:
    """The roles that the door of this page asks for; one for those who look after the matters of others opens to helpers of the hall."""
    door = resolve(reverse(route)).func.door  # type: ignore[attr-defined]
    roles: frozenset[str] = door.roles
    return roles if door.who == "staff" else frozenset({"helper"})
