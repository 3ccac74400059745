"""A whole definition as text (YAML): the form of the shipped services with all layers merged. What is read back has the same hash."""

import re
from typing import Any

import yaml

from tongban.catalogue.parts.inputs import Json
from tongban.kernel.storable import find_unstorable

WIDTH = 140
STEP = re.compile(r"([^.\[\]]+)|\[([^\]]*)\]")


class TextFault(Exception):
    """No YAML, or what this form does not allow. `line` and `column` from 1; 0 where it is not known."""

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        self.reason, self.line, self.column = reason, line, column
        super().__init__(f"line {line}, column {column}: {reason}" if line else reason)


def write_text(document: Json) -> str:
    """Small maps stand on one line, as people write them."""
    return yaml.dump(dict(document), Dumper=_Plainly, allow_unicode=True, sort_keys=False, width=WIDTH)


def read_text(raw: bytes) -> Any:
    """Whatever it says. Raises `TextFault` with its place; also for references, a key that stands twice, and a text that cannot be kept."""
    value = _read(raw)
    if path := find_unstorable(value):
        raise TextFault(f"a zero byte, or half a character, in the text at {path}")
    return value


def _read(raw: bytes) -> Any:
    try:
        return yaml.load(raw, Loader=_Strictly)  # noqa: S506 a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = str(error.problem or error.context or type(error).__name__)
        raise TextFault(reason, mark.line + 1 if mark else 0, mark.column + 1 if mark else 0) from None
    except yaml.reader.ReaderError as error:
        raise TextFault(_unreadable(error), *_counted(raw, error)) from None
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise TextFault(type(error).__name__) from None


def _unreadable(error: yaml.reader.ReaderError) -> str:
    return f"{error.reason}: {hex(error.character) if isinstance(error.character, int) else error.character!r}"


def _counted(raw: bytes, error: yaml.reader.ReaderError) -> tuple[int, int]:
    """The reader says how many bytes, or characters, it had read."""
    before = (
        raw[: error.position]
        if error.encoding == "utf-8"
        else raw.decode("utf-8", "replace")[: error.position].encode()
    )
    return before.count(b"\n") + 1, len(before.rpartition(b"\n")[2]) + 1


def find_line(raw: bytes, path: str) -> int:
    """The line of a path as faults name it, `situations[referral].points`; of the nearest that is there; 0 without any."""
    try:
        node = yaml.compose(raw, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError):
        return 0
    line = 0
    for key, id in STEP.findall(path):
        found = _below(node, key) if key else _named(node, id)
        if found is None:
            return line
        node = found
        line = node.start_mark.line + 1
    return line


def _below(node: Any, key: str) -> Any:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _named(node: Any, id: str) -> Any:
    """A thing of a list by its id, its element or its number."""
    if not isinstance(node, yaml.SequenceNode):
        return None
    for number, one in enumerate(node.value):
        known = _below(one, "id") or _below(one, "element")
        if (known is not None and known.value == id) or (known is None and id == str(number)):
            return one
    return None


class _Strictly(yaml.SafeLoader):
    """A reference costs a line and may stand for millions; of a key that stands twice YAML keeps the last."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            here = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "references are not allowed", here)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is no text", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"“{key.value}” stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


ODD_BREAKS = frozenset("\x85\u2028\u2029")
"""Signs that end a line in YAML and nowhere else: written as they are they would come back as spaces."""


class _Plainly(yaml.SafeDumper):
    """Nothing stands for anything else, and nothing is turned into what it was not."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        style = '"' if ODD_BREAKS & set(data) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        node.flow_style = all(_is_short(value) for _, value in node.value) and _length(node) < WIDTH - 30
        return node

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.SequenceNode:
        node = super().represent_sequence(tag, sequence, flow_style)
        node.flow_style = all(isinstance(one, yaml.ScalarNode) for one in node.value) and _length(node) < WIDTH - 30
        return node


def _is_short(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) or (
        isinstance(node, yaml.MappingNode | yaml.SequenceNode)
        and node.flow_style is True
        and _length(node) < WIDTH - 30
    )


def _length(node: yaml.Node) -> int:
    if isinstance(node, yaml.ScalarNode):
        return sum(2 if ord(sign) > 0x2E80 else 1 for sign in node.value) + 2
    if isinstance(node, yaml.MappingNode):
        return sum(_length(key) + _length(value) + 2 for key, value in node.value)
    return sum(_length(one) + 2 for one in node.value)


_Plainly.add_representer(str, _Plainly.represent_str)
