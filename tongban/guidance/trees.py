"""The tree of one topic (情形): what is said, where it leads, the items at its ends. Plain values."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tongban.kernel.text import Text

TREES = Path(__file__).parent / "data" / "trees.yaml"
DEEPEST = 3
LONGEST = 60
MOST_BRANCHES, MOST_ITEMS = 12, 12
Json = Mapping[str, Any]
Path_ = tuple[int, ...]
"""From the topic down: which branch at each fork, from 0."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A thing that is said: it leads on to `branches`, or to `items` by their names."""

    say: Text
    items: tuple[str, ...] = ()
    branches: tuple["Branch", ...] = ()

    def find(self, path: Path_) -> "Branch | None":
        if not path:
            return self
        return self.branches[path[0]].find(path[1:]) if path[0] < len(self.branches) else None

    def walk(self, path: Path_ = ()) -> Iterator[tuple[Path_, "Branch"]]:
        """Itself and everything below, from the top."""
        yield path, self
        for place, branch in enumerate(self.branches):
            yield from branch.walk((*path, place))

    def as_json(self) -> dict[str, Any]:
        below = {"branches": [one.as_json() for one in self.branches]} if self.branches else {"items": list(self.items)}
        return {"say": self.say.as_json(), **below}


@dataclass(frozen=True, slots=True)
class Topic:
    id: str
    root: Branch

    @property
    def say(self) -> Text:
        return self.root.say


@dataclass(frozen=True, slots=True)
class TopicFault:
    path: Path_
    text: Text


SAY_BOTH = Text(
    "每一条都要有中文和英文，各不超过 60 个字。", "Each line has Chinese and English, at most 60 characters each."
)
NO_END = Text("这里没有事项，也没有下一层。", "This leads to no item and no further line.")
TOO_MANY = Text("最多 12 条、3 层。", "At most 12 lines, three deep.")
UNKNOWN_ITEM = Text("目录中没有叫“{name}”的事项。", "The catalogue has no item called “{name}”.")


@cache
def list_given() -> tuple[Topic, ...]:
    """Those of the product's file, in its order."""
    loaded = yaml.load(TREES.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return tuple(Topic(entry["id"], read_branch(entry)) for entry in loaded["topics"])


def read_branch(value: Json) -> Branch:
    """Raises KeyError, TypeError or ValueError for what is no branch."""
    return Branch(
        Text.from_json(value["say"]), tuple(value.get("items", ())), tuple(map(read_branch, value.get("branches", ())))
    )


def find_faults(root: Branch, holds: Callable[[str], bool]) -> list[TopicFault]:
    """`holds`: whether the catalogue knows an item by this name."""
    return [TopicFault(path, text) for path, branch in root.walk() for text in _faults(path, branch, holds)]


def _faults(path: Path_, branch: Branch, holds: Callable[[str], bool]) -> Iterator[Text]:
    if not all(said.strip() and len(said) <= LONGEST for said in (branch.say.zh, branch.say.en)):
        yield SAY_BOTH
    if not branch.items and not branch.branches:
        yield NO_END
    if len(path) > DEEPEST or len(branch.branches) > MOST_BRANCHES or len(branch.items) > MOST_ITEMS:
        yield TOO_MANY
    for name in branch.items:
        if not holds(name):
            yield Text(UNKNOWN_ITEM.zh.format(name=name), UNKNOWN_ITEM.en.format(name=name))
