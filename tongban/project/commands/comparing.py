"""One standard everywhere, or provably not: differences of items between places, and the to-do list that follows from them."""

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from tongban.catalogue.differences import Difference, Todo, find_agreement_differences, list_todos
from tongban.catalogue.differing import Json
from tongban.catalogue.layers import SERVICES, list_items, load_document
from tongban.catalogue.sheets import GRADES, shorten, tabulate_differences, write_book, write_csv
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.project.commands.papers import read_file
from tongban.review.drafts import read_draft

NATION = "000000"
"""No place has this code: what its layers give is what all places share."""


class NoSuchItem(Missing):
    """This release has no definition under this key or code."""

    text = Text("没有“{item}”这一事项。", "There is no item “{item}”.")
    advice = Text("可用的事项：{known}。", "Known items: {known}.")


class NoPlaces(Refused):
    """Nothing to compare."""

    status = 422
    text = Text("没有可以核对的地方。", "There is no place to compare.")
    advice = Text("请给出地区代码，或者事项定义文件。", "Give region codes, or files of definitions.")


class DeclaredUnreadable(Refused):
    """The file of declared deviations is no list of place, item, path and reason."""

    status = 422
    text = Text("申明的差异文件不能使用。", "The file of declared deviations cannot be used.")
    advice = Text(
        "应为 JSON 列表，每项有 place、item、path、reason。",
        "It is a JSON list of objects with place, item, path and reason.",
    )


def diff(args: Namespace) -> int:
    """Prints every difference of the items between the places."""
    root = args.root or SERVICES
    places = [word for given in args.places for word in given.split(",") if word]
    if not places:
        raise NoPlaces
    keys = [_find_key(item, root) for item in args.item] or list_items(root=root)
    found = find_agreement_differences(
        {key: {_label(place): _document(key, place, root) for place in places} for key in keys},
        standards={key: _standard(key, args.standard, root) for key in keys},
        agreed=args.standard is not None,
        declared=_declared(args.declared),
    )
    todos = list_todos(found)
    _print(found, todos, as_json=args.json)
    if args.out:
        _write(args.out, found)
    return 0


def _find_key(item: str, root: Path) -> str:
    """By key or by item code. Refuses `NoSuchItem`."""
    known = list_items(root=root)
    if item in known:
        return item
    by_code = [key for key in known if load_document(key, NATION, root=root).get("code", {}).get("value") == item]
    if not by_code:
        raise NoSuchItem(item=item, known=", ".join(known))
    return by_code[0]


def _label(place: str) -> str:
    return place if place.isdecimal() else Path(place).stem


def _document(key: str, place: str, root: Path) -> Json:
    """Of a place by its code from the layers, or of a file."""
    return load_document(key, place, root=root) if place.isdecimal() else read_draft(read_file(Path(place)))


def _standard(key: str, given: str | None, root: Path) -> Json:
    return _document(key, NATION if given in (None, "national") else str(given), root)


def _declared(file: Path | None) -> dict[tuple[str, str, str], Text]:
    if file is None:
        return {}
    try:
        rows = json.loads(read_file(file))
        return {(row["place"], row["item"], row["path"]): _reason(row["reason"]) for row in rows}
    except (ValueError, TypeError, KeyError):
        raise DeclaredUnreadable from None


def _reason(given: Any) -> Text:
    return Text.from_json(given) if isinstance(given, dict) else Text(str(given), str(given))


def _print(found: list[Difference], todos: list[Todo], *, as_json: bool) -> None:
    if as_json:
        rows = [
            {"place": one.place, "item": one.item, "path": one.path, "grade": one.grade, "what": one.what.as_json()}
            for one in todos
        ]
        print(
            json.dumps({"differences": [one.as_json() for one in found], "todos": rows}, ensure_ascii=False, indent=1)
        )
        return
    for one in found:
        print(f"\n{one.item}  {one.path}  {one.label.get('zh', '')}  [{GRADES[one.grade].zh} {GRADES[one.grade].en}]")
        print(f"  标准 standard: {shorten(one.standard)}")
        for place, value in one.places.items():
            reason = f"  （申明：{one.declared[place].zh}）" if place in one.declared else ""
            print(f"  {place}: {shorten(value)}{reason}")
    print(f"\n{len(found)} 处差异 differences, {len(todos)} 件待办 to do")
    for todo in todos:
        print(f"  {todo.place} {todo.item} {todo.path}: {todo.what.zh} {todo.what.en}")


def _write(file: Path, found: list[Difference]) -> None:
    """As xlsx where the name says so, else as CSV."""
    rows = tabulate_differences(found)
    file.write_bytes(write_book(rows, title="差异") if file.suffix == ".xlsx" else write_csv(rows))
