"""What can be typed into one line of a form, and where it stands in the document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from tongban.kernel.text import Text

Json = Mapping[str, Any]
Kind = Literal[
    "line", "text", "long", "number", "tick", "choice", "ticks", "ref", "refs", "condition", "rows", "target", "grid", "outline", "pairs"
]  # fmt: skip
"""`text` and `long` are Chinese and English; `ref` names one thing of the document and `refs` several in their order; `target` is where an answer
leads; `rows` is a list of small things, each with the inputs of `columns`; `grid` (a table of comparison), `outline` (headings with lines) and
`pairs` are typed as lines of text, see `plain.py`."""
NONE: Mapping[str, Text] = MappingProxyType({})
SOLID = frozenset({"tick", "choice"})
"""An unticked box and a list without an empty line are there in any case: alone they do not make an optional thing."""


@dataclass(frozen=True, slots=True)
class Input:
    """`path`: keys one below the other, with dots. `of`: the list that a reference names. `optional`: left out of the document where nothing
    is typed. `usual`: what holds where nothing is written."""

    path: str
    label: Text
    kind: Kind
    options: Mapping[str, Text] = field(default_factory=lambda: NONE)
    of: str = ""
    optional: bool = False
    hint: Text | None = None
    usual: Any = None
    columns: tuple["Input", ...] = ()

    def of_item(self, item: Json) -> Any:
        """What stands there; None where nothing does."""
        value: Any = item
        for key in self.path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return value


@dataclass(frozen=True, slots=True)
class Part:
    """`list`: the key of the document whose things these are, one form for each; empty where the form changes the definition's own keys.

    `key`: the name of a thing's id. `used`: the key of a situation that names the things. `whole`: dotted prefix → name of
    optional groups: where nothing of one is typed it is left out.
    """

    id: str
    name: Text
    inputs: tuple[Input, ...]
    list: str = ""
    key: str = "id"
    used: str = ""
    hint: Text | None = None
    whole: Mapping[str, Text] = field(default_factory=lambda: NONE)

    def find(self, document: Json, id: str) -> Json | None:
        """A thing of the list, or the document itself."""
        if not self.list:
            return document
        return next((one for one in document.get(self.list, []) if one[self.key] == id), None)
