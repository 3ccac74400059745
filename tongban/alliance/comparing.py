"""Are the items of an agreement the same at all its members (同事同标)? The promise proved or disproved, and the to-do list kept."""

from collections.abc import Collection
from datetime import datetime

from tongban.alliance.agreements import EVERY, Agreement
from tongban.alliance.queries import list_agreements
from tongban.catalogue.comparing import Compared, compare_items
from tongban.catalogue.settling import keep_tasks
from tongban.kernel.refusals import Missing
from tongban.kernel.workdays import legal_day


def list_own_agreements(regions: Collection[str], at: datetime) -> list[Agreement]:
    """In force, with one of these regions among the members."""
    return [one for one in list_agreements(at) if set(regions) & set(one.members)]


def get_own_agreement(id: str, regions: Collection[str], at: datetime) -> Agreement:
    """Refuses `Missing`."""
    found = next((one for one in list_own_agreements(regions, at) if one.id == id), None)
    if found is None:
        raise Missing
    return found


def compare_agreement(agreement: Agreement, at: datetime) -> list[Compared]:
    """Every item that its articles name and that two members publish; all of them where an article names every item."""
    codes = {item for article in agreement.articles for item in article.items}
    return compare_items(on=legal_day(at), places=agreement.members, items=() if EVERY in codes else codes)


def keep_to_do_lists(*, regions: Collection[str], at: datetime) -> None:
    """Of all agreements of these regions together: an item that two agreements name is compared in each, and settled once."""
    compared = [each for one in list_own_agreements(regions, at) for each in compare_agreement(one, at)]
    keep_tasks(compared=compared, at=at)
