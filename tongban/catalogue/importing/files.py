"""From a file to its report entries: which format it has, and that whatever it holds ends in an entry."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import structlog
import yaml

from tongban.catalogue.findings import Finding, make_printable, show
from tongban.catalogue.importing import guide, listed
from tongban.catalogue.importing.entries import Entry
from tongban.catalogue.importing.sheets import is_workbook, read_workbook
from tongban.kernel.storable import find_unstorable
from tongban.kernel.text import Text

DEEPEST = 100
MAX_BYTES = 128 * 1024 * 1024

NOT_READABLE = Text("文件无法打开", "the file cannot be opened")
TOO_LONG = Text("文件过大", "the file is too long")
IS_EMPTY = Text("文件是空的", "the file is empty")
NOT_UTF8 = Text("不是UTF-8编码，未猜测", "not UTF-8; no other encoding is guessed")
NOT_JSON = Text("不是正确的JSON或YAML", "neither sound JSON nor YAML")
ALIASES = Text("YAML里用了引用，不接受", "it uses references of YAML, which may stand for millions: not accepted")
TOO_DEEP = Text("层次过深，未读", "it is nested too deeply")
ZERO_BYTE = Text(
    "文字里有零字节或半个字符，不能保存", "a text holds a zero byte, or half a character, and cannot be kept"
)
DOUBLE_KEY = Text("同一字段写了两次，只能有一个", "a field stands twice: which one counts is not guessed")
NO_FORMAT = Text("不认识的格式：没有找到任何已知格式的字段", "a format not known: it has the fields of none that is")
NO_RECORDS = Text("列表里没有任何事项", "a list without any record")
A_BUG = Text("读取时程序出错，未采用", "the program failed on it: not taken")
SAME_CODE = Text(
    "同一批里另有同一编码而内容不同的事项，入库时以先读到的为准",
    "another record of this batch has this code and says otherwise; the first is stored",
)

log = structlog.get_logger()


class Unreadable(Exception):
    """What is wrong with the file as a whole."""

    def __init__(self, what: Text, value: object = None) -> None:
        super().__init__(what.en)
        self.finding = Finding("$", show(value), what, "error")


def read_files(files: Iterable[Path]) -> list[Entry]:
    """Entries of every file, in order. A record that says otherwise than an earlier one of the same code is told to stand behind it."""
    return _tell_doubles(entry for file in files for entry in read_file(file))


def read_bytes(raw: bytes, name: str) -> list[Entry]:
    """The same of a file that was sent: at least one entry, whatever it holds."""
    name = make_printable(name)
    return _tell_doubles(_safely(lambda: raw, name))


def _tell_doubles(found: Iterable[Entry]) -> list[Entry]:
    entries: list[Entry] = []
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in found:
        record = entry.record
        if record is not None:
            before = seen.setdefault((record.layer, record.key), record.as_json())
            if before != record.as_json():
                entry = Entry(entry.file, record, (*entry.findings, Finding("$", record.key, SAME_CODE, "warning")))
        entries.append(entry)
    return entries


def read_file(file: Path) -> list[Entry]:
    """At least one entry, whatever the file holds. Never raises for what stands in it."""
    return _safely(lambda: _raw(file), make_printable(str(file)))


def _safely(load: Callable[[], bytes], name: str) -> list[Entry]:
    try:
        raw = load()
        if not raw.strip():
            raise Unreadable(IS_EMPTY)
        return list(_entries(raw, name)) or [refuse(name, NO_RECORDS)]
    except Unreadable as unreadable:
        return [Entry(name, None, (unreadable.finding,))]
    except Exception as error:
        log.error("import_failed", exc_info=True)
        return [refuse(name, A_BUG, type(error).__name__)]


def refuse(file: str, what: Text, value: object = None) -> Entry:
    return Entry(file, None, (Finding("$", show(value), what, "error"),))


def _raw(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise Unreadable(TOO_LONG, file.stat().st_size)
        raw = file.read_bytes()
    except (OSError, ValueError) as error:
        raise Unreadable(NOT_READABLE, type(error).__name__) from None
    return raw


def _entries(raw: bytes, file: str) -> Iterator[Entry]:
    if is_workbook(raw):
        yield from read_workbook(raw, file=file)
        return
    document = _parsed(raw)
    for part in _parts(document):
        if guide.is_guide(part):
            yield guide.read_guide(part, file=file)
        elif listed.is_list(part):
            yield from listed.read_list(part, file=file)
        else:
            yield refuse(file, NO_FORMAT, list(part)[:12] if isinstance(part, Mapping) else part)


def _parts(document: object) -> list[Any]:
    """A file may hold one object or a list of them."""
    return document if isinstance(document, list) else [document]


def _parsed(raw: bytes) -> Any:
    value = _loaded(raw)
    if path := find_unstorable(value):
        raise Unreadable(ZERO_BYTE, make_printable(path))
    return value


def _loaded(raw: bytes) -> Any:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(NOT_UTF8, raw[error.start : error.start + 8].hex()) from None
    try:
        if text.lstrip()[:1] in ("{", "["):
            return _require_shallow(json.loads(text, object_pairs_hook=_once_each, parse_constant=str))
        _require_plain(yaml.parse(text, Loader=yaml.CSafeLoader))
        return yaml.load(text, Loader=_OnceOnly)  # noqa: S506 a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Unreadable(NOT_JSON, str(error)) from None


def _require_plain(events: Iterable[yaml.Event]) -> None:
    """Before anything is built of it: the builder follows every level by a call of its own, without a limit."""
    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise Unreadable(TOO_DEEP)
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable(ALIASES)


def _require_shallow(value: Any) -> Any:
    level = _containers([value])
    for _ in range(DEEPEST):
        level = [part for one in level for part in _containers(one.values() if isinstance(one, dict) else one)]
    if level:
        raise Unreadable(TOO_DEEP)
    return value


def _containers(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if isinstance(value, dict | list)]


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found and found[key] != value:
            raise Unreadable(DOUBLE_KEY, key)
        found[key] = value
    return found


class _OnceOnly(yaml.CSafeLoader):
    """A key that stands twice is a mistake."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if len({str(key) for key in keys}) != len(keys):
            raise yaml.constructor.ConstructorError(None, None, "a key stands twice", node.start_mark)
        return super().construct_mapping(node, deep)
