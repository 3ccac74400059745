"""What one can hand in at a place, for which home place (能代收什么): by the agreements in force."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from tongban.alliance.agreements import EVERY, Article
from tongban.alliance.queries import list_agreements
from tongban.catalogue.guides import offers
from tongban.kernel.workdays import legal_day

MOST_CARDS = 500


@dataclass(frozen=True, slots=True)
class Receivable:
    """`home`: the place that decides. `cards`: its items, by name; those that can be applied for now."""

    home: str
    cards: tuple[offers.Card, ...]


def list_homes(receiving: str, at: datetime, *, modes: Iterable[str] = (EVERY,)) -> list[str]:
    """The places whose matters this one takes in, in one of these ways, by code."""
    return sorted({home for home, _ in _articles(receiving, tuple(modes), at)})


def list_receivable(receiving: str, modes: Iterable[str], at: datetime, *, home: str = "") -> list[Receivable]:
    """By home place; of one of them, or of all. `modes`: the ways to apply that the point serves."""
    articles: dict[str, list[Article]] = {}
    for code, article in _articles(receiving, tuple(modes), at):
        articles.setdefault(code, []).append(article)
    chosen = [code for code in sorted(articles) if home in ("", code)]
    found = (Receivable(code, tuple(_cards(code, articles[code], at))) for code in chosen)
    return [one for one in found if one.cards]


def _articles(receiving: str, modes: tuple[str, ...], at: datetime) -> Iterator[tuple[str, Article]]:
    """Each article that lets the place receive in one of these ways, with each place it may do so for."""
    for agreement in list_agreements(at):
        if receiving not in agreement.members:
            continue
        for article in agreement.articles:
            if {receiving, EVERY} & set(article.receiving) and _serves(article, modes):
                homes = agreement.members if EVERY in article.deciding else article.deciding
                yield from ((home, article) for home in homes)


def _serves(article: Article, modes: tuple[str, ...]) -> bool:
    return bool({*modes, EVERY} & set(article.modes)) or EVERY in modes


def _cards(home: str, articles: list[Article], at: datetime) -> Iterator[offers.Card]:
    items = {item for article in articles for item in article.items}
    for card in offers.list_cards(home, legal_day(at), most=MOST_CARDS):
        if card.open and {card.item, EVERY} & items:
            yield card
