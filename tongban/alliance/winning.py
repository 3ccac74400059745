"""Which clause wins where several cover a hand-over, and why (适用条款): the most specific, then the newest."""

from dataclasses import dataclass
from datetime import datetime

from tongban.alliance.agreements import Agreement, Article
from tongban.alliance.queries import list_agreements, rank_clauses
from tongban.kernel.events import Clause
from tongban.kernel.text import Text

NAMES = (
    Text("点名了这个事项", "names the item"), Text("点名了这种方式", "names the mode"),
    Text("点名了受理地", "names the deciding place"), Text("点名了收件地", "names the receiving place"),
)  # fmt: skip
LATER = Text("生效更晚", "is in force since a later day")
NEWER = Text("版本更新", "is a newer version")
LAST = Text("编号在后（其余相同）", "has the later number, all else being equal")
ALONE = Text("只有这一条适用", "is the only one that covers it")


@dataclass(frozen=True, slots=True)
class Ranked:
    """`named`: what the article names outright. `reason`: why it comes before the next one, None for the last of several."""

    clause: Clause
    agreement: Agreement
    article: Article
    named: tuple[Text, ...]
    reason: Text | None


def rank(*, item: str, mode: str, receiving: str, deciding: str, at: datetime) -> list[Ranked]:
    """Every clause in force that covers it; the first one applies."""
    agreements = list_agreements(at)
    articles = {(one.id, article.number): (one, article) for one in agreements for article in one.articles}
    clauses = rank_clauses(articles.values(), item=item, mode=mode, receiving=receiving, deciding=deciding)
    found = [(clause, *articles[clause.agreement, clause.article]) for clause in clauses]
    return [
        Ranked(*one, _named(one[0], one[2]), _reason(one, found[place + 1] if place + 1 < len(found) else None, len(found)))
        for place, one in enumerate(found)
    ]  # fmt: skip


_Found = tuple[Clause, Agreement, Article]


def _named(clause: Clause, article: Article) -> tuple[Text, ...]:
    return tuple(text for text, outright in zip(NAMES, article.specificity(clause), strict=True) if outright)


def _reason(one: _Found, other: _Found | None, number: int) -> Text | None:
    """Why `one` comes before `other`, the next: in the order in which clauses are ranked."""
    if other is None:
        return ALONE if number == 1 else None
    sides = zip(NAMES, one[2].specificity(one[0]), other[2].specificity(other[0]), strict=True)
    for text, mine, theirs in sides:
        if mine != theirs:
            return text
    if one[1].valid_from != other[1].valid_from:
        return LATER
    return NEWER if one[1].version != other[1].version else LAST
