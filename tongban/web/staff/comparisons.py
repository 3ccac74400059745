"""Is an item the same everywhere (事项核对)? One item at several places, or all items of an agreement: graded, and as a table to take away."""

import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.alliance.agreements import EVERY, Agreement
from tongban.alliance.comparing import compare_agreement, get_own_agreement, list_own_agreements
from tongban.catalogue import queries as catalogue
from tongban.catalogue.comparing import Compared, compare_items
from tongban.catalogue.documents import list_in_force
from tongban.catalogue.guides.offers import list_cards, list_places
from tongban.catalogue.settling import count_open_tasks
from tongban.catalogue.sheets import tabulate_differences, write_book, write_csv
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions
from tongban.web.access import door
from tongban.web.staff import comparison_pages as saying
from tongban.web.staff.definition_words import DefinitionWords
from tongban.web.staff.pages import page

LOOKING = ("catalogue_editor", "chief", "supervisor", "examiner", "liaison")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_PLACES = 200
MOST_ITEMS = 1000
MOST_TYPED = 2000
BETWEEN = re.compile(r"[\s,，、;；]+")
SLUG = re.compile(r"[-a-zA-Z0-9_]+")


@door("staff", *LOOKING)
@require_safe
def listed(request: Any) -> HttpResponse:
    """The agreements of this place, and the form that compares any item of it."""
    region, at = request.staff.region, now()
    if request.GET.get("key"):
        return _chosen(request)
    services = [(card.key, card.name) for card in list_cards(region, legal_day(at), most=MOST_ITEMS)]
    agreements = [_agreement(one, at) for one in list_own_agreements([region], at)]
    known = {
        "section": "compare",
        "agreements": agreements,
        "services": services,
        "open": count_open_tasks([region]),
        "choices": saying.choose_places(list_places(), []),
    }
    return page(request, "staff/compare/list.html", known)


@door("staff", *LOOKING)
@require_safe
def agreement(request: Any, agreement: str) -> HttpResponse:
    """Every item of it, the ones with open tasks first."""
    found = get_own_agreement(agreement, [request.staff.region], now())
    compared = compare_agreement(found, now())
    items = sorted((saying.say_item(one) for one in compared), key=lambda one: (-one["open"], one["compared"].key))
    known = {
        "section": "compare", "agreement": found, "items": items, "alike": sum(not one.differences for one in compared),
        "members": saying.name_places(found.members), "single": _not_compared(found, compared),
        "tables": _tables(agreement=found.id),
    }  # fmt: skip
    return page(request, "staff/compare/agreement.html", known)


@door("staff", *LOOKING)
@require_safe
def item(request: Any, key: str) -> HttpResponse:
    """What each place says otherwise; `?places=` codes or names with commas, else every place that publishes it."""
    places = _places(request)
    one = _compared(key, places)
    asked = request.GET.get("grade", "")
    grade = next((name for name in saying.GRADES if name == asked), None)
    words = DefinitionWords(
        held.document for held in list_in_force(on=legal_day(now()), keys=[key], regions=one.places)
    )
    known = {
        "section": "compare", "one": one, "line": saying.say_item(one), "groups": saying.say_differences(one.differences, words, only=grade),
        "grade": grade, "grades": [(name, text) for name, (text, _) in saying.GRADES.items()],
        "choices": saying.choose_places(catalogue.list_regions(key), places), "unknown": _unknown(request),
        "tables": _tables(item=key, places=",".join(places)), "owns": request.staff.region in one.places,
    }  # fmt: skip
    return page(request, "staff/compare/item.html", known)


@door("staff", *LOOKING)
@require_safe
def table(request: Any) -> HttpResponse:
    """The differences as xlsx or CSV: of `?agreement=`, else of `?item=` at `?places=`."""
    asked = request.GET.get("agreement", "")
    if asked:
        compared = compare_agreement(get_own_agreement(asked, [request.staff.region], now()), now())
    else:
        compared = [_compared(request.GET.get("item", ""), _places(request))]
    rows = tabulate_differences([one for each in compared for one in each.differences])
    if request.GET.get("format") == "csv":
        return _file(write_csv(rows), "text/csv; charset=utf-8", "differences.csv")
    return _file(write_book(rows, title="差异"), XLSX, "differences.xlsx")


def _file(data: bytes, type: str, name: str) -> HttpResponse:
    return HttpResponse(data, headers={"Content-Type": type, "Content-Disposition": f'attachment; filename="{name}"'})


def _chosen(request: Any) -> HttpResponse:
    """From the form to the address of the item."""
    places = ",".join([*_places(request), *_unknown(request)])
    key = request.GET["key"]
    if not SLUG.fullmatch(key):
        raise Missing
    target = reverse("staff:compare-item", args=[key])
    return redirect(f"{target}?{urlencode({'places': places})}" if places else target)


def _compared(key: str, places: list[str]) -> Compared:
    """Refuses `Missing` where fewer than two places have it in force."""
    found = compare_items(on=legal_day(now()), places=places or catalogue.list_regions(key), keys=[key])
    if not key or not found:
        raise Missing
    return found[0]


def _places(request: Any) -> list[str]:
    """By their codes, however they were named."""
    found = (code for word in _named(request) for code in _codes(word))
    return list(dict.fromkeys(found))[:MOST_PLACES]


def _unknown(request: Any) -> list[str]:
    """What was typed and is no place."""
    return [word for word in _named(request) if not _codes(word)]


def _named(request: Any) -> list[str]:
    return [word for given in request.GET.getlist("places") for word in BETWEEN.split(given[:MOST_TYPED]) if word][
        :MOST_PLACES
    ]


def _codes(word: str) -> tuple[str, ...]:
    """A code as it stands, known here or not; a name or alias of a place, or the beginning of one alone."""
    if word.isascii() and word.isdecimal():
        return (word,)
    found = regions.find_regions(word)
    exact = tuple(one.code for one in found if word == one.name)
    return exact or tuple(one.code for one in found if len(found) == 1)


def _agreement(one: Agreement, at: Any) -> dict[str, Any]:
    compared = compare_agreement(one, at)
    open = sum(len(each.todos) for each in compared)
    return {
        "agreement": one,
        "items": len(compared),
        "open": open,
        "alike": sum(not each.differences for each in compared),
    }


def _not_compared(found: Agreement, compared: list[Compared]) -> list[str]:
    """Codes that its articles name and that fewer than two members publish: nothing can be said of them."""
    codes = {code for article in found.articles for code in article.items} - {EVERY}
    return sorted(codes - {one.item for one in compared})


def _tables(**asked: str) -> list[tuple[str, str]]:
    address = reverse("staff:compare-table")
    given = {name: value for name, value in asked.items() if value}
    return [(format, f"{address}?{urlencode({**given, 'format': format})}") for format in ("xlsx", "csv")]
