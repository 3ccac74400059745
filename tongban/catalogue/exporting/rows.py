"""What is known of an item, by table and column of the national tables (国家平台事项上报表), in our own words. Pure.

Nothing is made up: what neither a definition nor a source says stays out, and `tables.py` tells that it is missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from tongban.catalogue.history.standing import Standing
from tongban.catalogue.items.codes import find_code
from tongban.catalogue.items.record import ItemRecord, MaterialLine

Row = dict[str, Any]
NAMES = UUID("6e0a4f0e-6c3b-5d53-9a6c-2f6b4c7a1d20")
"""Under which the identifiers of rows are made, so that the same row has the same one each time."""
DIRECTORY = "up_task_directory"


@dataclass(frozen=True, slots=True)
class Exported:
    """`rows`: table or part of a table's name → its rows. `family` completes the name: general or public."""

    name: str
    family: str
    rows: Mapping[str, list[Row]]

    def list_rows(self) -> Iterator[tuple[str, str, Row]]:
        """Whole name of the table, the part that its columns stand under, row."""
        for part, rows in self.rows.items():
            table = part if part == DIRECTORY else f"up_task_{self.family}_{part}"
            yield from ((table, part, row) for row in rows)


def of_document(document: Mapping[str, Any]) -> Exported:
    """Of a merged definition of a place."""
    guid, shared = f"{document['region']}:{document['key']}", _shared_of(document)
    task = _task(guid, shared)
    rows = {
        DIRECTORY: [_numbered(guid, "directory", {name: shared.get(name) for name in DIRECTORY_COLUMNS})],
        "basic": [_numbered(guid, "basic", {**shared, **_basic(document)})],
        "extend": [_numbered(guid, "extend", {**task, **_extend(document)})],
        "material": [
            _numbered(guid, f"material-{one['id']}", {**task, **_material(one), "order_num": number})
            for number, one in enumerate(document["materials"], 1)
        ],
        "fee_project": [_numbered(guid, "fee", {**task, **fee}) for fee in _fees(document)],
    }
    return Exported(document["name"]["zh"], _family(document.get("item_type")), rows)


DIRECTORY_COLUMNS = (
    "catalog_code", "task_name", "task_type", "by_law", "use_level", "task_state", "task_version", "plan_effective_date"
)  # fmt: skip


def _shared_of(document: Mapping[str, Any]) -> Row:
    standing = document.get("standing")
    return {
        **_codes(document["code"]["value"]), "task_name": document["name"]["zh"], "task_type": document.get("item_type"),
        "by_law": "；".join(f"《{law['law']}》{law['article']}" for law in document["basis"]), "use_level": _level(document["region"]),
        "task_state": standing["act"] if standing else "open", "task_version": document["version"],
        "plan_effective_date": document["valid_from"],
    }  # fmt: skip


def _basic(document: Mapping[str, Any]) -> Row:
    limits, modes = document["limits"], {mode["id"] for mode in document["modes"]}
    legal = limits.get("legal", {}).get("days")
    return {
        "dept_name": document["department"]["zh"], "server_type": document["audience"], "project_type": document["handling"],
        "accept_condition": "；".join(dict.fromkeys(point["label"]["zh"] for point in document["points"])),
        "anticipate_day": legal, "anticipate_type": None if legal is None else "working_days",
        "promise_day": limits["promise"]["days"], "promise_type": "working_days", "limit_scene_num": 0 if "online" in modes else None,
        "is_fee": document["fee"]["fen"] > 0, "link_way": "；".join(one["name"]["zh"] for one in document.get("contacts", ())),
    }  # fmt: skip


def _extend(document: Mapping[str, Any]) -> Row:
    online = "online" in {mode["id"] for mode in document["modes"]}
    return {"result_name": document["result"]["name"]["zh"], "is_online": online}


def _material(one: Mapping[str, Any]) -> Row:
    return {
        "material_name": one["name"]["zh"], "is_need": "optional" if "waived_when" in one else "required", "source_explain": one["issuer"]["zh"],
    }  # fmt: skip


def _fees(document: Mapping[str, Any]) -> Iterator[Row]:
    if fen := document["fee"]["fen"]:
        yield {"fee_name": document["name"]["zh"], "fee_stand": f"{fen // 100}.{fen % 100:02d}元", "order_num": 1}


def _level(region: str) -> str:
    """By the code of the deciding region."""
    return "province" if region.endswith("0000") else "city" if region.endswith("00") else "county"


def of_record(record: ItemRecord, *, version: int, standing: Standing | None) -> Exported:
    """Of an item that was taken in, in any of its layers."""
    guid, shared = f"{record.layer}:{record.key}", _shared(record, version, standing)
    task = _task(guid, shared)
    rows = {
        DIRECTORY: [_numbered(guid, "directory", {name: shared.get(name) for name in DIRECTORY_COLUMNS})],
        "basic": [_numbered(guid, "basic", {**shared, **_basic_of(record)})],
        "extend": [_numbered(guid, "extend", {**task, **_extend_of(record)})],
        "material": [
            _numbered(guid, f"material-{number}", {**task, **_material_of(one), "order_num": number})
            for number, one in enumerate(record.materials, 1)
        ],
        "fee_project": [
            _numbered(
                guid, f"fee-{number}",
                {**task, "fee_name": fee.name, "fee_stand": fee.standard, "by_law": fee.basis, "is_desc": fee.reducible, "order_num": number},
            )
            for number, fee in enumerate(record.fees, 1)
        ],
    }  # fmt: skip
    return Exported(record.name, _family(record.type), rows)


def _shared(record: ItemRecord, version: int, standing: Standing | None) -> Row:
    return {
        **_codes(f"{record.code}{record.business}"),
        "task_name": record.name, "task_type": record.type, "by_law": record.basis, "use_level": record.levels,
        "task_state": standing.act if standing else "open", "task_version": version,
    }  # fmt: skip


def _basic_of(record: ItemRecord) -> Row:
    legal, promise = record.legal, record.promise
    return {
        "dept_name": record.office or record.department, "server_type": record.audience, "accept_condition": record.conditions,
        "handle_flow": record.steps, "special_procedure": "、".join(record.special.kinds) if record.special else None,
        "anticipate_day": legal and legal.days, "anticipate_type": legal and legal.unit, "anticipate_explain": legal and legal.note,
        "promise_day": promise and promise.days, "promise_type": promise and promise.unit, "promise_explain": promise and promise.note,
        "limit_scene_num": record.visits, "is_fee": record.charged, "fee_basis": "；".join(fee.basis for fee in record.fees if fee.basis),
    }  # fmt: skip


def _extend_of(record: ItemRecord) -> Row:
    return {
        "result_name": record.result, "is_online": record.online, "online_handle_depth": record.depth, "limit_explain": record.quota,
        "limit_scene_explain": record.visits_reason or record.visits_note, "is_express": "post" in record.ways if record.ways else None,
    }  # fmt: skip


def _material_of(one: MaterialLine) -> Row:
    return {
        "material_name": one.name, "is_need": one.need, "material_type": one.kind, "material_format": one.medium, "page_num": one.copies,
        "source_type": one.source, "by_law": one.basis, "accept_stand": one.standard, "fill_explain": one.note,
    }  # fmt: skip


def _codes(text: str) -> Row:
    """By a code of any layer. Only an office's item has one of a task; what is no code stands as it is."""
    code = find_code(text)
    if code is None or not code.office:
        return {"catalog_code": code.basic if code else text}
    return {
        "catalog_code": code.basic,
        "task_code": code.item,
        "task_handle_item": str(code) if code.business else None,
    }


def _task(guid: str, shared: Row) -> Row:
    """By what the other tables name the row of `basic`."""
    return {
        "task_guid": _identify(guid, "basic"),
        **{name: shared.get(name) for name in ("task_code", "task_handle_item")},
    }


def _numbered(guid: str, part: str, row: Row) -> Row:
    return {"row_guid": _identify(guid, part), **row}


def _identify(guid: str, part: str) -> str:
    return str(uuid5(NAMES, f"{guid}:{part}"))


def _family(type: str | None) -> str:
    return "public" if type == "public_service" else "general"
