"""A whole definition as a file (事项定义文件): taken out as it stands, taken in again as the draft of its item."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.catalogue.checks import BadDefinition
from tongban.catalogue.parts.text import find_line, write_text
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.review import drafting
from tongban.review.drafting import WRITING
from tongban.review.drafts import MAX_DRAFT_BYTES, read_draft
from tongban.web.access import door
from tongban.web.staff.items import LOOKING
from tongban.web.staff.pages import page, who
from tongban.web.staff.rule_pages import find_shown


@dataclass(frozen=True, slots=True)
class PlacedFault:
    """`line` is 0 where it is not known."""

    line: int
    path: str
    text: Text


@door("staff", *LOOKING)
@require_safe
def export(request: Any, key: str) -> HttpResponse:
    """The open draft, otherwise the newest version; its hash is that of the document."""
    shown = find_shown(request, key)
    answer = HttpResponse(write_text(shown.document), content_type="application/yaml; charset=utf-8")
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{key}-{shown.definition.region}-{shown.definition.version}.yaml"'
    )
    answer.headers["X-Definition-Hash"] = shown.definition.hash
    return answer


@door("staff", *WRITING)
@require_safe
def shown(request: Any) -> HttpResponse:
    return _page(request)


@door("staff", *WRITING)
@require_POST
def take(request: Any) -> HttpResponse:
    """What is wrong is said by its line; an open draft stays as it is unless it is to be replaced."""
    raw = _raw(request)
    try:
        document = read_draft(raw)
        draft = drafting.import_draft(**who(request), document=document, replaces="replaces" in request.POST)
    except BadDefinition as bad:
        faults = [PlacedFault(find_line(raw, fault.path), fault.path, fault.text) for fault in bad.faults]
        return _page(request, raw, refused=bad, faults=faults)
    except Refused as refused:
        return _page(request, raw, refused=refused)
    return redirect("staff:item-edit", key=draft.key)


def _raw(request: Any) -> bytes:
    """A file, or what was pasted."""
    if file := request.FILES.get("file"):
        read: bytes = file.read(MAX_DRAFT_BYTES + 1)
        return read
    text: str = request.POST.get("text", "")
    return text.replace("\r\n", "\n").encode(errors="replace")


def _page(
    request: Any, raw: bytes = b"", *, refused: Refused | None = None, faults: list[PlacedFault] | None = None
) -> HttpResponse:
    lines = raw.decode("utf-8", "replace").split("\n") if refused else []
    known = {
        "section": "items", "tab": "import", "typed": raw.decode("utf-8", "replace")[:MAX_DRAFT_BYTES] if refused else "",
        "faults": [(fault, lines[fault.line - 1][:160] if 0 < fault.line <= len(lines) else "") for fault in faults or []],
        "replaces": isinstance(refused, drafting.DraftOpen),
    }  # fmt: skip
    return page(
        request,
        "staff/items/edit/import.html",
        known,
        refused=None if faults else refused,
        status=422 if faults else 200,
    )
