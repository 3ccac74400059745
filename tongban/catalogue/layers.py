"""Layers of a definition: national < province < place (ADR: definitions travel, decided by the insured place).

Each layer is its own file and states only what is its own. Maps are merged by key, lists of things by their ids, everything else is replaced.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

SERVICES = Path(__file__).parent / "data" / "services"
NATIONAL = "national"


class LayerUnreadable(Refused):
    """A layer file is missing, no YAML, says one thing twice, or names another layer than its file."""

    status = 422
    text = Text("事项文件 {file} 不能使用：{reason}", "The layer file {file} cannot be used: {reason}")
    advice = Text("请改正该文件后重试。", "Correct the file and try again.")


@dataclass(frozen=True, slots=True)
class Layer:
    """`id` is "national" or a region code; `content` what this layer states."""

    id: str
    content: dict[str, Any]


def list_items(*, root: Path = SERVICES) -> list[str]:
    """The keys of the services whose files are here."""
    return sorted(path.name for path in root.iterdir() if (path / f"{NATIONAL}.yaml").exists())


def load_document(key: str, region: str, *, root: Path = SERVICES) -> dict[str, Any]:
    """The merged document of a service for one deciding region. A province or place without a file adds nothing."""
    folder = root / key
    names = [NATIONAL, f"{region[:2]}0000", region]
    layers = [
        read_layer(folder / f"{name}.yaml") for name in names if name == NATIONAL or (folder / f"{name}.yaml").exists()
    ]
    return {**merge(layers), "region": region}


def read_layer(path: Path) -> Layer:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_OnceOnly)  # noqa: S506 a SafeLoader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LayerUnreadable(file=path.name, reason=_reason(error)) from None
    if not isinstance(content, dict) or content.pop("layer", None) != path.stem:
        raise LayerUnreadable(file=path.name, reason=f"it must begin with layer: {path.stem}")
    return Layer(path.stem, content)


def merge(layers: Sequence[Layer]) -> dict[str, Any]:
    """One document. `layers` lists what went in; `origins` tells path → layer for everything that a later layer stated."""
    merged: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for position, layer in enumerate(layers):
        merged = _merged(merged, layer.content)
        if position:
            origins.update(dict.fromkeys(_leaves(layer.content), layer.id))
    return {**merged, "layers": [layer.id for layer in layers], "origins": origins}


def _merged(lower: Any, upper: Any) -> Any:
    if isinstance(lower, dict) and isinstance(upper, dict):
        return {**lower, **{key: _merged(lower.get(key), value) for key, value in upper.items()}}
    if _has_ids(lower) and _has_ids(upper):
        stated = {item["id"]: item for item in upper}
        kept = [_merged(item, stated.pop(item["id"], {})) for item in lower]
        return kept + list(stated.values())
    return upper


def _has_ids(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) and "id" in item for item in value)


def _leaves(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else key)
    elif value and _has_ids(value):
        for item in value:
            yield from _leaves({key: one for key, one in item.items() if key != "id"}, f"{path}[{item['id']}]")
    else:
        yield path


class _OnceOnly(yaml.CSafeLoader):
    """YAML lets a key stand twice and keeps the last; here that is a mistake. By libyaml, ten times as fast."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if len(set(keys)) != len(keys):
            raise yaml.constructor.ConstructorError(None, None, "a key stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _reason(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"{getattr(error, 'problem', None) or type(error).__name__}" + (f", line {mark.line + 1}" if mark else "")
