"""The topics that lead to items (情形导引), changed by an editor: every line of a topic in one form, without programming."""

import re
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tongban.catalogue.search.gathering import get_index
from tongban.guidance import topics
from tongban.guidance.trees import DEEPEST, Branch, Path_, find_faults
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.web.access import door
from tongban.web.staff.pages import page

ID = re.compile(r"[a-z][a-z0-9-]{1,39}")
MOST_NAMES = 1000
EMPTY = Branch(Text("", ""))


class NameOfTopicUnusable(Refused):
    status = 422
    text = Text("情形的代号不能用。", "This short name cannot be used.")
    advice = Text(
        "用小写英文字母、数字和连字符，字母开头，不和别的重复。",
        "Use small letters, digits and hyphens, a letter first, and none that is taken.",
    )


@door("staff", "catalogue_editor")
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: Any) -> HttpResponse:
    """All of them; `id`, sent, begins a new one."""
    if request.method != "POST":
        return _list(request)
    wanted = request.POST.get("id", "").strip()
    if not ID.fullmatch(wanted) or wanted in {line.topic.id for line in topics.list_lines()}:
        return _list(request, NameOfTopicUnusable())
    return redirect("staff:topic", topic=wanted)


@door("staff", "catalogue_editor")
@require_http_methods(["GET", "HEAD", "POST"])
def topic(request: Any, topic: str) -> HttpResponse:
    """`save` keeps it; `add` and `drop` hold the path of a line and only change the form."""
    if request.method != "POST":
        return _form(request, topic, _root(topic))
    root = _read(request.POST, ())
    if "add" in request.POST:
        return _form(request, topic, _add(root, _path(request.POST["add"])))
    if "drop" in request.POST:
        return _form(request, topic, _drop(root, _path(request.POST["drop"])))
    try:
        _keep(request, topic, root)
    except Refused as refused:
        return _form(request, topic, root, refused)
    return redirect("staff:topics")


def _keep(request: Any, id: str, root: Branch) -> None:
    seen = request.POST.get("version", "")
    whose = {"id": id, "before": int(seen) if seen.isdecimal() else 0, "by": request.actor, "at": now()}
    if not ID.fullmatch(id):
        raise NameOfTopicUnusable
    if "remove" in request.POST:
        topics.remove_topic(**whose)
    else:
        topics.put_topic(**whose, root=root, holds=_holds)


def _root(id: str) -> Branch:
    try:
        return topics.get_topic(id).topic.root
    except Missing:
        return Branch(Text("", ""), branches=(EMPTY,))


def _version(request: Any, id: str) -> str:
    if request.method == "POST":
        return str(request.POST.get("version", "0"))
    found = [line.version for line in topics.list_lines() if line.topic.id == id]
    return str(found[0]) if found else str(topics.count_versions(id))


def _read(posted: Any, path: Path_) -> Branch:
    """The form's lines: `zh:top.0.1`, `en:top.0.1`, `items:top.0.1` with a name on each line; `n:top.0` says how many lines are below."""
    at = _written(path)
    below = posted.get(f"n:{at}", "0")
    count = min(int(below), 50) if below.isdecimal() and len(path) <= DEEPEST else 0
    items = [name.strip() for name in posted.get(f"items:{at}", "").splitlines() if name.strip()]
    branches = tuple(_read(posted, (*path, place)) for place in range(count))
    say = Text(posted.get(f"zh:{at}", "").strip(), posted.get(f"en:{at}", "").strip())
    return Branch(say, () if branches else tuple(items), branches)


def _add(root: Branch, path: Path_) -> Branch:
    """A new last line below the one at `path`; what items that one had move into it."""
    if path:
        return _at(root, path[0], lambda one: _add(one, path[1:]))
    return Branch(root.say, (), (*root.branches, Branch(EMPTY.say, root.items)))


def _drop(root: Branch, path: Path_) -> Branch:
    if len(path) > 1:
        return _at(root, path[0], lambda one: _drop(one, path[1:]))
    kept = tuple(one for place, one in enumerate(root.branches) if (place,) != path)
    return Branch(root.say, root.items, kept)


def _at(root: Branch, place: int, change: Any) -> Branch:
    branches = tuple(change(one) if number == place else one for number, one in enumerate(root.branches))
    return Branch(root.say, root.items, branches)


def _path(text: str) -> Path_:
    return tuple(int(part) for part in text.split(".") if part.isdecimal())


def _written(path: Path_) -> str:
    return ".".join(("top", *map(str, path)))


def _holds(name: str) -> bool:
    return get_index(legal_day(now())).named(name) is not None


def _list(request: Any, refused: Refused | None = None) -> HttpResponse:
    known = {"section": "topics", "lines": topics.list_lines(), "typed": request.POST.get("id", "")}
    return page(request, "staff/guidance/topics.html", known, refused=refused)


def _form(request: Any, id: str, root: Branch, refused: Refused | None = None) -> HttpResponse:
    if not ID.fullmatch(id):
        raise Missing
    faults = find_faults(root, _holds) if refused else []
    lines = [
        (_written(path), branch, [fault.text for fault in faults if fault.path == path], len(path))
        for path, branch in root.walk()
    ]
    entries = get_index(legal_day(now())).entries
    known = {
        "section": "topics", "id": id, "root": root, "lines": lines, "version": _version(request, id), "deepest": DEEPEST,
        "names": sorted({entry.name for entry in entries})[:MOST_NAMES],
    }  # fmt: skip
    return page(request, "staff/guidance/topic.html", known, refused=refused)
