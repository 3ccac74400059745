"""What a record does not say although a good item says it. Which of it a source can know differs, so an import does not ask."""

from collections.abc import Iterator

from tongban.catalogue.findings import Finding, Severity
from tongban.catalogue.items.record import ItemRecord
from tongban.catalogue.lint.records import find_contradictions
from tongban.kernel.text import Text

NO_BASIS = Text("没有设定依据", "no legal basis")
NO_CONDITIONS = Text("没有受理条件", "no conditions")
NO_MATERIALS = Text("没有材料，也没有说明不需要材料", "no material, nor that none is needed")
NO_LEGAL = Text("没有法定时限", "no legal limit")
NO_PROMISE = Text("没有承诺时限", "no promised limit")
NOT_SHORTER = Text("承诺时限与法定时限相同，没有压缩", "the promise is no shorter than the legal limit")
NO_RESULT = Text("没有结果名称", "no name of the result")
NO_STEPS = Text("没有办理步骤", "no steps")
NO_REASON = Text("要到现场，但没有说明原因", "visits are wanted without a reason")
NO_DEPTH = Text("没有网办深度", "how far it can be done online is not said")
NO_POST = Text("不用到现场又不能网办，应当可以邮寄", "no visit and not online: it should be possible by post")
NO_FORM = Text("材料里没有申请表", "no application form among the materials")
NO_NEED = Text("没有说明是否必要", "whether it is required is not said")
NO_SOURCE = Text("没有说明来源", "where it comes from is not said")
NO_OFFICE = Text("没有实施机构", "no office")
NO_AUDIENCE = Text("没有服务对象", "for whom is not said")
NO_CODE = Text("没有编码", "no code")
NO_TYPE = Text("没有事项类型", "no type of item")


def lint_record(record: ItemRecord) -> list[Finding]:
    """Every gap and every contradiction of a record. An error keeps it from being published."""
    return [*_of_item(record), *_of_handling(record), *_of_materials(record), *find_contradictions(record)]


WANTED: tuple[tuple[str, Text, Severity], ...] = (
    ("code", NO_CODE, "warning"), ("type", NO_TYPE, "warning"), ("office", NO_OFFICE, "warning"), ("audience", NO_AUDIENCE, "warning"),
    ("basis", NO_BASIS, "error"), ("conditions", NO_CONDITIONS, "warning"), ("legal", NO_LEGAL, "warning"), ("promise", NO_PROMISE, "warning"),
    ("result", NO_RESULT, "info"), ("steps", NO_STEPS, "warning"), ("materials", NO_MATERIALS, "warning"), ("depth", NO_DEPTH, "info"),
)  # fmt: skip


def _of_item(record: ItemRecord) -> Iterator[Finding]:
    for name, what, severity in WANTED:
        value = getattr(record, name)
        if value in (None, "", ()):
            yield Finding(name, value or None, what, severity)


def _of_handling(record: ItemRecord) -> Iterator[Finding]:
    legal = record.legal.days if record.legal else None
    promise = record.promise.days if record.promise else None
    if legal is not None and legal == promise:
        yield Finding("promise.days", promise, NOT_SHORTER, "info")
    if record.visits and not record.visits_reason:
        yield Finding("visits", record.visits, NO_REASON, "warning")
    if record.visits == 0 and record.online is False and "post" not in record.ways:
        yield Finding("ways", list(record.ways), NO_POST, "warning")


def _of_materials(record: ItemRecord) -> Iterator[Finding]:
    for number, line in enumerate(record.materials):
        if line.source is None:
            yield Finding(f"materials[{number}].source", None, NO_SOURCE, "warning")
        if line.need is None:
            yield Finding(f"materials[{number}].need", None, NO_NEED, "warning")
    if record.materials and not any(
        line.kind == "form" or "表" in line.name or "申请书" in line.name for line in record.materials
    ):
        yield Finding("materials", None, NO_FORM, "info")
