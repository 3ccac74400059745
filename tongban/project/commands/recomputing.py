"""A past decision computed once more from its record file: no node, no database, no Django."""

import json
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from tongban.cases import record
from tongban.catalogue.definition import Definition
from tongban.catalogue.layers import SERVICES, list_items, load_document
from tongban.catalogue.reading import build_definition, content_hash
from tongban.kernel.crypto import SUITES
from tongban.kernel.events import Json
from tongban.project.commands.papers import read_file
from tongban.review.drafts import read_draft
from tongban.review.recomputing import Recomputed, recompute_record

WHY = {
    "not-opened": "读取的信息未随记录打开 the values are not opened in this record",
    "no-definition": "缺少事项定义，请用 --definition 给出 the definition is not at hand; name its file with --definition",
}


def recompute(args: Namespace) -> int:
    """Prints every assessment of the record; 1 when one does not come out as it was signed, or cannot be computed."""
    members = record.read_members(read_file(args.trust)) if args.trust else None
    known = Definitions([read_draft(read_file(file)) for file in args.definition or ()])
    found = recompute_record(read_file(args.file), find_definition=known.find, members=members)
    if args.json:
        print(
            json.dumps({"verified": bool(members), "assessments": [_as_json(one) for one in found]}, ensure_ascii=False)
        )
    else:
        print(
            "签名已验证 signatures verified"
            if members
            else "签名未验证（未给出 --trust） signatures not checked (no --trust)"
        )
        for one in found:
            _print(one)
    return 0 if all(one.agrees for one in found) else 1


class Definitions:
    """The definitions given on the command line and those of this release, by the hash of their content: the content proves itself."""

    def __init__(self, given: list[Json]) -> None:
        self._given = given

    def find(self, hash: str) -> Definition | None:
        documents = (document for document in self._all() if _has_hash(document, hash))
        document = next(documents, None)
        return build_definition(document, hash=hash) if document else None

    def _all(self) -> Iterator[Json]:
        yield from self._given
        for key in list_items():
            yield from (load_document(key, region) for region in _places(key))


def _places(key: str) -> list[str]:
    """Counties that this release has a layer for."""
    names = [file.stem for file in (SERVICES / key).glob("*.yaml")]
    return sorted(name for name in names if name.isdecimal() and not name.endswith("0000"))


def _has_hash(document: Json, hash: str) -> bool:
    return any(content_hash(document, suite=suite) == hash for suite in SUITES.values())


def _print(one: Recomputed) -> None:
    if one.difference is None:
        print(f"#{one.seq} {one.situation}: {WHY[one.why]}")
        return
    word = "一致 the same" if one.agrees else "不一致 DIFFERENT"
    print(
        f"#{one.seq} {one.situation}: 签署 signed {one.difference.before}, 复算 computed {one.difference.after}: {word}"
    )
    for change in one.difference.changes:
        print(f"    {change.point}: {change.before or '-'} → {change.after or '-'}")


def _as_json(one: Recomputed) -> dict[str, Any]:
    difference = one.difference
    return {
        "seq": one.seq, "definition": one.definition, "situation": one.situation, "decided_by_rules": one.decided,
        "agrees": one.agrees, "why": one.why, "signed": difference.before if difference else None,
        "computed": difference.after if difference else None,
        "points": {each.point: [each.before, each.after] for each in difference.changes} if difference else {},
    }  # fmt: skip
