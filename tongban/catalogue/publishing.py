"""What a definition must say before it is published here, beyond being sound: for what each piece of personal data is asked.

PIPL 5–7, 13, 17: purpose, legal basis, time of keeping and recipients stand beside every field, or the field is not asked. What a peer
published under an older release is still read.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tongban.catalogue.checks import Fault
from tongban.kernel.text import Text

Json = Mapping[str, Any]

USE = ("purpose", "basis", "retention", "recipients")
NO_USE = Text(
    "没有写明收集目的、依据、保存期限或接收方，不能发布",
    "purpose, basis, retention or recipients are missing: it cannot be published",
)
NO_TYPE = Text("没有写明公共服务还是行政许可", "it does not say whether it is a public service or a licence")
NO_YEARS = Text("没有写明档案保存年限", "it does not say how many years the record is kept")
NO_MAIN = Text("没有写明是否主件", "it does not say whether this is a main material")


def find_gaps(document: Json) -> list[Fault]:
    """Every gap of a sound document."""
    return list(_gaps(document))


def _gaps(document: Json) -> Iterator[Fault]:
    if "item_type" not in document:
        yield Fault("item_type", NO_TYPE)
    if "retention_years" not in document["policy"]:
        yield Fault("policy.retention_years", NO_YEARS)
    if not _says_use(document.get("data", {})):
        yield Fault("data", NO_USE)
    for field in document["fields"]:
        if not _says_use(field):
            yield Fault(f"fields[{field['element']}]", NO_USE)
    for material in document["materials"]:
        if "main" not in material:
            yield Fault(f"materials[{material['id']}].main", NO_MAIN)


def _says_use(value: Json) -> bool:
    return all(key in value for key in USE) and bool(value["basis"]) and bool(value["recipients"])
