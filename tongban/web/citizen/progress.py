"""How far is it (查进度), for who holds the printed code and is not signed in: what the case waits for, and nothing about the person.

The code never stands in an address: it is typed, or comes behind `#` from the QR code, which no browser sends. An unknown code and a wrong
second answer get the same words after the same work.
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tongban.cases.progress import Progress, get_progress
from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.people import limits
from tongban.slips import codes, printed
from tongban.slips import queries as slips
from tongban.web.access import door
from tongban.web.components.faults import Fault, by_anchor, fault_of

NOT_FOUND = Text(
    "查询码与后一项对不上。请对照凭证再输一次。",
    "The code and the second line do not fit together. Compare them with the paper.",
)
NO_CODE = Text("请输入凭证上的 13 位查询码。", "Type the thirteen signs of the code on the paper.")
NO_FACTOR = Text(
    "请输入证件号码后四位，或姓名最后一个字。",
    "Type the last four signs of the number, or the last character of the name.",
)


class TooManyQuestions(Refused):
    """Somebody guesses at one code; whether it exists makes no difference."""

    status = 429
    text = Text(
        "这个查询码输错次数过多，暂时不能查询。", "This code was tried too often; it cannot be asked for a while."
    )
    advice = Text(
        "请 {minutes} 分钟后再试，或带证件到窗口查询。",
        "Try again in {minutes} minutes, or bring your document to the counter.",
    )


@door("anyone")
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: Any) -> HttpResponse:
    if request.method != "POST":
        return _page(request, None, [])
    code, factor = (request.POST.get(name, "").replace("\x00", "").strip() for name in ("code", "factor"))
    faults = _unanswered(code, factor)
    if faults:
        return _page(request, None, faults)
    try:
        found = _find(request, code, factor)
    except Refused as refused:
        return _page(request, None, [fault_of(refused, "code")], status=refused.status)
    return _page(request, found, []) if found else _page(request, None, [Fault("code", NOT_FOUND)])


def _find(request: Any, code: str, factor: str) -> Progress | None:
    """Refuses `TooManyQuestions`. Every wrong answer counts against the code that was typed, whether there is such a one or not.

    What cannot be a code is somebody's slip, which guesses at nothing and leaves no row.
    """
    at, node, read = now(), request.node, codes.read(code, length=printed.QUERY_LENGTH)
    if not read:
        return None
    typed = printed.query_hash(node, read)
    try:
        limits.require_open_account(typed, at=at)
    except limits.TooManyAttempts as refused:
        raise TooManyQuestions(**refused.details) from None
    asked = slips.find_asked(node=node, code=code, factor=factor, at=at)
    if asked is None:
        limits.count_failure(typed, at=at)
        return None
    limits.forget_failures(typed)
    return get_progress(region=asked.region, case_id=asked.case_id, at=at)


def _unanswered(code: str, factor: str) -> list[Fault]:
    asked = (("code", code, NO_CODE), ("factor", factor, NO_FACTOR))
    return [Fault(name, text) for name, typed, text in asked if not typed]


def _page(request: Any, found: Progress | None, faults: list[Fault], *, status: int = 422) -> HttpResponse:
    # The second answer is not shown again: the page may stay open in a hall.
    known = {
        "found": found,
        "typed": request.POST.get("code", "")[:24].replace("\x00", ""),
        "errors": faults,
        "wrong": by_anchor(faults),
    }
    return render(request, "citizen/progress.html", known, status=status if faults else 200)
