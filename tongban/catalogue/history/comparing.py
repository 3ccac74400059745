"""What changed between two versions (版本对比): of a definition, or of what was taken in of an item. Pure; one answer for page, API and command."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from tongban.catalogue.differences import Difference, find_differences
from tongban.catalogue.differing import Group
from tongban.catalogue.grading import Grade
from tongban.kernel.text import Text

Json = Mapping[str, Any]
AFTER = "after"
NEVER_TOLD = ("key", "source_id")
RECORD_GROUPS: dict[str, Group] = {
    "legal": "limits", "promise": "limits", "special": "limits", "charged": "fees", "fees": "fees", "materials": "materials", "items": "other",
    "online": "visits", "depth": "visits", "ways": "visits", "visits": "visits", "visits_note": "visits", "visits_reason": "visits",
    "conditions": "conditions", "audience": "conditions", "scope": "conditions", "quota": "conditions", "steps": "way", "office": "contact",
    "department": "contact", "name": "identity", "code": "identity", "business": "identity", "type": "identity", "levels": "identity",
    "result": "identity",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class VersionChange:
    """One thing that is otherwise. `before` and `after` are None where it was not there, else aspect → value, or the name of the whole thing.

    `grade`: what it means for who applies; None for items taken in, where nothing says so.
    """

    path: str
    group: Group
    label: Text
    before: Any
    after: Any
    grade: Grade | None = None

    @property
    def kind(self) -> str:
        return "added" if self.before is None else "gone" if self.after is None else "changed"

    def as_json(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in ("path", "group", "before", "after", "grade", "kind")}
        return {**plain, "label": self.label.as_json()}


def compare_documents(before: Json, after: Json) -> list[VersionChange]:
    """Of two versions of a definition, in the order of the older one. Marks, versions, dates and standing are no changes of content.

    Which standard it follows and what it declares beside it are told last.
    """
    found = find_differences({AFTER: after}, standard=before, agreed=True)
    return [*(_of_difference(one, after) for one in found), *_of_standard(before, after)]


def _of_standard(before: Json, after: Json) -> Iterator[VersionChange]:
    for name in ("standard", "deviations"):
        if before.get(name) != after.get(name):
            yield VersionChange(name, "other", Text(name, name), before.get(name), after.get(name), "harmless")


def _of_difference(one: Difference, after: Json) -> VersionChange:
    path = one.path
    label = Text(one.label["zh"], one.label["en"]) if one.label else Text(path, path)
    # A thing that is new or gone is told by its name; the finder gives only the Chinese one.
    before, after = (
        label.as_json() if isinstance(value, str) else value for value in (one.standard, one.places[AFTER])
    )
    return VersionChange(path, one.group, label, before, after, one.grade)


def compare_records(before: Json, after: Json) -> list[VersionChange]:
    """Of two versions of an item taken in. Lines of a list are told by their code, else their name."""
    return list(_changes(before, after))


def _changes(before: Json, after: Json) -> Iterator[VersionChange]:
    for name in dict.fromkeys([*before, *after]):
        was, is_ = before.get(name), after.get(name)
        if name in NEVER_TOLD or was == is_:
            continue
        group = RECORD_GROUPS.get(name, "other")
        if _has_lines(was) and _has_lines(is_):
            yield from _line_changes(name, group, _by_line(was), _by_line(is_))
        else:
            yield VersionChange(name, group, Text(name, name), *_differing(_said(was), _said(is_)))


def _line_changes(name: str, group: Group, was: Json, is_: Json) -> Iterator[VersionChange]:
    for line in dict.fromkeys([*was, *is_]):
        old, new = was.get(line), is_.get(line)
        if old == new:
            continue
        title = (new or old or {}).get("name") or line
        label = Text(title, title)
        if old is None or new is None:
            yield VersionChange(f"{name}[{line}]", group, label, old and title, new and title)
            continue
        yield VersionChange(f"{name}[{line}]", group, label, *_differing(old, new))


def _differing(was: Any, is_: Any) -> tuple[Any, Any]:
    """Of two maps only what is not the same."""
    if not isinstance(was, dict) or not isinstance(is_, dict):
        return was, is_
    names = [name for name in dict.fromkeys([*was, *is_]) if was.get(name) != is_.get(name)]
    return {name: was.get(name) for name in names}, {name: is_.get(name) for name in names}


def _has_lines(value: Any) -> TypeGuard[list[Json]]:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _by_line(lines: list[Json]) -> dict[str, Json]:
    """A code or name that stands twice is told apart by its place."""
    found: dict[str, Json] = {}
    for number, line in enumerate(lines):
        name = str(line.get("code") or line.get("name") or number)
        found[name if name not in found else f"{name} #{number}"] = line
    return found


def _said(value: Any) -> Any:
    return None if value in (None, "", [], {}) else value
