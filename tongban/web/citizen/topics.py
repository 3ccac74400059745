"""What happened? (情形导引): from a thing of life, by one or two choices, to the items in their order. Works without JavaScript."""

import re
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.guidance import topics
from tongban.guidance.trees import Path_
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing
from tongban.web.access import door
from tongban.web.components.finding import find_named

PATH = re.compile(r"([0-9]{1,2}(\.[0-9]{1,2}){0,3})?")


@door("anyone")
@require_safe
def listed(request: Any) -> HttpResponse:
    return render(request, "citizen/topics/list.html", {"topics": topics.list_topics()})


@door("anyone")
@require_safe
def topic(request: Any, topic: str) -> HttpResponse:
    """`?at=1.0`: which choice was made at each fork, from 0."""
    chosen = topics.get_topic(topic).topic
    path = _path(request.GET.get("at", ""))
    branch = chosen.root.find(path)
    if branch is None:
        raise Missing
    known = {
        "topic": chosen, "branch": branch, "up": _written(path[:-1]) if path else None,
        "said": [chosen.root.find(path[:depth]) for depth in range(1, len(path) + 1)],
        "branches": [(_written((*path, place)), one) for place, one in enumerate(branch.branches)],
        "results": find_named(branch.items, receiving=request.node.regions, at=now()),
    }  # fmt: skip
    return render(request, "citizen/topics/topic.html", known)


def _path(text: str) -> Path_:
    """Refuses `Missing`."""
    if not PATH.fullmatch(text):
        raise Missing
    return tuple(map(int, text.split("."))) if text else ()


def _written(path: Path_) -> str:
    return ".".join(map(str, path))
