"""Agreements at the desk (通办协议): those in force and their versions, rounds of signing, and which clause wins where several cover a case."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.alliance import drafts, queries, receipts, rounds, signing, winning
from tongban.alliance.agreements import Agreement
from tongban.alliance.changes import LABELS, list_changes
from tongban.exchange.jobs import share_agreements_soon
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.workdays import SHANGHAI, legal_day
from tongban.web.access import door
from tongban.web.components import agreements as said
from tongban.web.staff.officers import names_of
from tongban.web.staff.pages import page, who

LOOKING = ("liaison", "chief", "catalogue_editor", "supervisor")
LONGEST = 60
NOON = time(12)
SHOWN_FOR = timedelta(days=30)


@door("staff", *LOOKING)
@require_safe
def listed(request: Any) -> HttpResponse:
    """`?place=` a member, `?item=` code or part of a name, `?page=`. On the first page also what is written or signed here."""
    at, region = now(), request.staff.region
    place, item = request.GET.get("place", ""), request.GET.get("item", "").strip()[:LONGEST].replace("\0", "")
    known = [one for one in said.list_current(at) if region in one.agreement.members]
    names = said.Names(legal_day(at))
    rows, number, last = said.cut(said.choose(known, place=place, item=item, names=names), request.GET.get("page", ""))
    shown = {
        "section": "agreements", "rows": [{"row": row, **said.say_parts(row.agreement, names)} for row in rows], "number": number,
        "last": last, "place": place, "item": item, "groups": said.list_partners(one.agreement for one in known),
        "open": [_line(one, region) for one in rounds.list_rounds(at, region=region) if _is_shown(one, at)],
        **_past(request, at, region),
        "drafts": drafts.list_drafts(region), "drafts_here": bool(request.staff.roles & drafts.DRAFTING),
    }  # fmt: skip
    return page(request, "staff/agreements/list.html", shown)


@door("staff", *LOOKING)
@require_safe
def clauses(request: Any) -> HttpResponse:
    """Which clause applies: item, mode, receiving and deciding place → every clause that covers it, the winner first, and why; `?on=` a day."""
    on = _day(request.GET.get("on", "")) or legal_day(now())
    at, names = datetime.combine(on, NOON, SHANGHAI), said.Names(on)
    typed = {
        name: request.GET.get(name, "")[:LONGEST].replace("\0", "")
        for name in ("item", "mode", "receiving", "deciding")
    }
    found = winning.rank(**typed, at=at) if all(typed.values()) else []
    groups = said.list_partners(queries.list_agreements(at))
    known = {
        "section": "agreements", "typed": typed, "asked": all(typed.values()), "groups": groups, "found": found, "on": on,
        "items": sorted(names.items.items()), "modes": sorted(names.modes.items()),
    }  # fmt: skip
    return page(request, "staff/agreements/clauses.html", known)


@door("staff", *LOOKING)
@require_safe
def shown(request: Any, agreement: str) -> HttpResponse:
    """`?version=`; the one in force unless another is asked for."""
    return _one(request, agreement)


@door("staff", *drafts.DRAFTING)
@require_POST
def amend(request: Any, agreement: str) -> HttpResponse:
    """Write the next version."""
    try:
        id = drafts.begin_draft(**who(request), agreement=agreement)
    except Refused as refused:
        return _one(request, agreement, refused=refused)
    return redirect("staff:agreement-draft", draft_id=id)


@door("staff", *signing.SIGNING, fresh=True)
@require_POST
def leave(request: Any, agreement: str) -> HttpResponse:
    try:
        signing.leave_agreement(
            **who(request), agreement=agreement, reason=request.POST.get("reason", ""), last_day=_day(request.POST.get("last_day", ""))
        )  # fmt: skip
    except Refused as refused:
        return _one(request, agreement, refused=refused)
    share_agreements_soon()
    return redirect("staff:agreement", agreement=agreement)


@door("staff", *LOOKING)
@require_safe
def signing_round(request: Any, document: str) -> HttpResponse:
    return _round(request, document)


@door("staff", *signing.SIGNING, fresh=True)
@require_POST
def sign(request: Any, document: str) -> HttpResponse:
    """Signed, declined or, by who proposed it, withdrawn, as `act` says."""
    acts: dict[str, Callable[..., None]] = {
        "sign": signing.sign_proposal,
        "decline": signing.decline_proposal,
        "withdraw": signing.withdraw_proposal,
    }
    act = request.POST.get("act", "")
    if act not in acts:
        return _round(request, document)
    reason = {} if act == "sign" else {"reason": request.POST.get("reason", "")}
    try:
        acts[act](**who(request), document=document, **reason)
    except Refused as refused:
        return _round(request, document, refused=refused)
    share_agreements_soon()
    return redirect("staff:agreement-round", document=document)


def _one(request: Any, agreement: str, *, refused: Refused | None = None) -> HttpResponse:
    at, region = now(), request.staff.region
    versions = said.list_history(agreement, at)
    if not any(region in one.agreement.members for one in versions):
        raise Missing
    asked = request.GET.get("version", "")
    current = next((one for one in versions if one.state in ("in-force", "ending")), versions[0])
    row = next((one for one in versions if str(one.agreement.version) == asked), current)
    before = next((one.agreement for one in versions if one.agreement.version < row.agreement.version), None)
    names, roles = said.Names(legal_day(at)), request.staff.roles
    unseen = queries.list_unseen_notices(agreement, since=at - receipts.MOST_LATE)
    leaving = {code for code, _ in versions[0].leaving} | {code for code, _, _ in unseen}
    known = {
        "section": "agreements", "row": row, "versions": versions, "changes": say_changes(before, row.agreement, names),
        "before": before, "leaving": [(said.name_place(code), day) for code, day in row.leaving],
        "unseen": [(said.name_place(code), day) for code, _, day in unseen],
        "amends": bool(roles & drafts.DRAFTING) and region in versions[0].agreement.members,
        "leaves": bool(roles & signing.SIGNING) and bool(versions[0].agreement.terms.notice_days)
        and region in versions[0].agreement.members and region not in leaving,
        "typed": request.POST, **said.say_parts(row.agreement, names),
    }  # fmt: skip
    return page(request, "staff/agreements/one.html", known, refused=refused)


def _round(request: Any, document: str, *, refused: Refused | None = None) -> HttpResponse:
    at, region = now(), request.staff.region
    one = rounds.get_round(document, at)
    if region not in one.asked:
        raise Missing
    held = [known for known in queries.list_versions(one.agreement.id) if known.version < one.agreement.version]
    before, names = (held[-1] if held else None), said.Names(legal_day(at))
    consent = rounds.find_consent(region, document)
    signs = bool(request.staff.roles & signing.SIGNING)
    known = {
        "section": "agreements", "round": one, "state": said.ROUNDS[one.state], "before": before,
        "changes": say_changes(before, one.agreement, names), "places": [_place(one, code) for code in one.asked],
        "declined": [(said.name_place(each.member), each) for each in one.declined], "by": said.name_place(one.proposed_by),
        "consent": consent, "consent_by": names_of(request, [consent[0]]).get(consent[0], "") if consent else "",
        "may_sign": signs and one.state == "signing" and not consent,
        "may_decline": signs and one.state in ("signing", "waiting", "late") and not consent,
        "may_withdraw": signs and one.proposed_by == region and one.state not in ("complete", "confirming", "withdrawn"),
        "typed": request.POST, **said.say_parts(one.agreement, names),
    }  # fmt: skip
    return page(request, "staff/agreements/round.html", known, refused=refused)


def say_changes(before: Agreement | None, after: Agreement, names: said.Names) -> list[dict[str, Any]]:
    return [
        {
            "change": one, "aspect": LABELS.get(one.aspect), "before": said.say_aspect(one.aspect, one.before, names),
            "after": said.say_aspect(one.aspect, one.after, names),
        }
        for one in list_changes(before, after)
    ]  # fmt: skip


def _past(request: Any, at: datetime, region: str) -> dict[str, Any]:
    """The record of all signing, a page at a time, where it is asked for: `?past=` the place in it, 0 the newest."""
    asked = request.GET.get("past", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 15):
        return {}
    found, more = rounds.list_past_rounds(at, region=region, before=int(asked))
    return {"past": [_line(one, region) for one in found], "more": more, "asked_past": True}


def _place(one: rounds.Round, code: str) -> dict[str, Any]:
    refusal = next((each for each in one.declined if each.member == code), None)
    return {"name": said.name_place(code), "signed": one.signed.get(code), "declined": refusal}


def _is_shown(one: rounds.Round, at: datetime) -> bool:
    """What came to nothing is shown for a while, so that everybody learns why."""
    return one.state in ("signing", "waiting", "confirming") or (
        one.state != "complete" and one.received_at > at - SHOWN_FOR
    )


def _line(one: rounds.Round, region: str) -> dict[str, Any]:
    waiting = one.waits_for if one.state == "signing" else ()
    return {
        "round": one, "state": said.ROUNDS[one.state], "by": said.name_place(one.proposed_by),
        "here": region in waiting, "waiting": said.name_places(waiting[: said.FEW]),
        "more": max(0, len(waiting) - said.FEW),
    }  # fmt: skip


def _day(text: str) -> date | None:
    return drafts.read_day(text)
