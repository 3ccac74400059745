"""What publishing would refuse, without a node: every fault and gap of a definition, and rules in which something is senseless."""

import json
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tongban.catalogue.checks import Fault, find_faults
from tongban.catalogue.layers import SERVICES, list_items, load_document
from tongban.catalogue.lint.documents import find_errors
from tongban.catalogue.publishing import find_gaps, find_senseless
from tongban.catalogue.reading import build_definition
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.project.commands.papers import read_file
from tongban.review.drafts import read_draft


class NothingToCheck(Refused):
    """Neither a file nor an item of this release is named."""

    status = 422
    text = Text("没有名为 {name} 的文件或者事项。", "There is no file and no item {name}.")
    advice = Text(
        "请给出定义文件，或本版本的事项名称；不给出则检查全部。",
        "Name a definition file or an item of this release; none means all.",
    )


def check(args: Namespace) -> int:
    """Prints every fault by its place; 1 when there is one."""
    found = {
        name: _faults(document)
        for named in args.definition or list_items()
        for name, document in _documents(str(named))
    }
    print(json.dumps(_as_json(found), ensure_ascii=False)) if args.json else _print(found)
    return 1 if any(found.values()) else 0


def _documents(named: str) -> Iterator[tuple[str, Any]]:
    if named in list_items():
        places = sorted(path.stem for path in (SERVICES / named).glob("[0-9]*.yaml") if not path.stem.endswith("0000"))
        yield from ((f"{named} {place}", load_document(named, place)) for place in places)
    elif Path(named).exists():
        yield named, read_draft(read_file(Path(named)))
    else:
        raise NothingToCheck(name=named)


def _faults(document: Any) -> list[Fault]:
    if faults := find_faults(document) or find_gaps(document):
        return faults
    return find_senseless(build_definition(document, hash="")) or find_errors(document)


def _print(found: dict[str, list[Fault]]) -> None:
    for name, faults in found.items():
        print(f"{name}: {len(faults)} 处 faults")
        for fault in faults:
            print(f"  {fault.path}: {fault.text.zh} / {fault.text.en}")


def _as_json(found: dict[str, list[Fault]]) -> dict[str, Any]:
    return {name: [{"path": one.path, **one.text.as_json()} for one in faults] for name, faults in found.items()}
