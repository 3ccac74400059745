"""Who may take an item in for a deciding place (谁可以收件): of all members, those for whom a clause says so."""

from datetime import datetime

from tongban.alliance.agreements import EVERY, Article
from tongban.alliance.queries import list_agreements, rank_clauses
from tongban.kernel.events import Clause


def list_receiving(*, item: str, mode: str, deciding: str, at: datetime) -> list[Clause]:
    """The clause that wins for each receiving region, by the region's code."""
    # An agreement may have two hundred members: what does not depend on the receiving one is looked at once.
    entries = [
        (agreement, article)
        for agreement in list_agreements(at)
        for article in agreement.articles
        if deciding in agreement.members and _is_about(article, item, mode, deciding)
    ]
    regions = sorted({region for agreement, _ in entries for region in agreement.members})
    ranked = (rank_clauses(entries, item=item, mode=mode, receiving=region, deciding=deciding) for region in regions)
    return [clauses[0] for clauses in ranked if clauses]


def _is_about(article: Article, item: str, mode: str, deciding: str) -> bool:
    wanted = ((article.items, item), (article.modes, mode), (article.deciding, deciding))
    return all(value in allowed or EVERY in allowed for allowed, value in wanted)
