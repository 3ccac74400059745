"""What the pages of items say: acts, grades, groups and aspects in words, and any value of a definition as somebody reads it."""

from typing import Any

from tongban.catalogue.aspects import ASPECTS
from tongban.catalogue.differing import Group
from tongban.catalogue.findings import Severity
from tongban.catalogue.grading import Grade
from tongban.catalogue.history.standing import Act, Adjustment, Closed
from tongban.kernel.text import Text

ACTS: dict[Act, Text] = {
    "added": Text("新增", "added"), "changed": Text("变更", "changed"), "suspended": Text("暂停", "suspended"), "resumed": Text("恢复", "resumed"),
    "withdrawn": Text("取消", "withdrawn"), "merged": Text("合并", "merged"),
}  # fmt: skip
ADJUSTMENTS: dict[Adjustment, Text] = {
    "suspended": Text("暂停办理", "Suspend"), "resumed": Text("恢复办理", "Resume"), "withdrawn": Text("取消事项", "Withdraw"),
    "merged": Text("并入其他事项", "Merge into another"),
}  # fmt: skip
STATES: dict[Closed | None, tuple[Text, str]] = {
    None: (Text("办理中", "open"), "good"), "suspended": (Text("已暂停", "suspended"), "warn"),
    "withdrawn": (Text("已取消", "withdrawn"), "quiet"), "merged": (Text("已并入", "merged"), "quiet"),
}  # fmt: skip
SEVERITIES: dict[Severity, tuple[Text, str]] = {
    "error": (Text("错误", "error"), "bad"), "warning": (Text("提醒", "warning"), "warn"), "info": (Text("提示", "note"), "quiet"),
}  # fmt: skip
GRADES: dict[Grade | None, tuple[Text, str]] = {
    "harmless": (Text("不增加负担", "no burden"), "good"), "stricter": (Text("更严", "stricter"), "warn"),
    "contradiction": (Text("实质变化", "of substance"), "bad"),
}  # fmt: skip
KINDS = {"added": Text("新增", "new"), "gone": Text("删除", "gone"), "changed": Text("变更", "changed")}
LAYERS = {
    "listed": Text("清单条目", "listed"), "template": Text("基本目录", "template"), "implementation": Text("实施清单", "implementation"),
    "handling": Text("业务办理项", "handling item"), "bundle": Text("一件事", "bundle"),
}  # fmt: skip
GROUPS: dict[Group, Text] = {
    "identity": Text("名称与身份", "Name and identity"), "conditions": Text("办理条件", "Conditions"), "materials": Text("材料", "Materials"),
    "limits": Text("时限", "Limits"), "fees": Text("收费", "Fees"), "visits": Text("办理方式与到场次数", "Ways and visits"),
    "rules": Text("审查要点", "Review points"), "form": Text("表单", "Form"), "way": Text("情形与流程", "Situations and steps"),
    "contact": Text("机构与联系", "Office and contact"), "other": Text("其他", "Other"),
}  # fmt: skip
NOTHING = Text("（无）", "(none)")
YES, NO = Text("是", "yes"), Text("否", "no")


def say_lines(value: Any) -> list[Text]:
    """A line for each aspect; one for anything else."""
    if not isinstance(value, dict) or _is_text(value) or not value:
        return [say_value(value)]
    return [_joined(ASPECTS.get(name, Text(name, name)), say_value(one)) for name, one in value.items()]


def say_value(value: Any) -> Text:
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return YES if value else NO
    if _is_text(value):
        return Text(str(value["zh"]), str(value["en"]))
    if isinstance(value, dict):
        parts = say_lines(value)
        return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))
    if isinstance(value, list):
        parts = [say_value(one) for one in value]
        return Text("、".join(part.zh for part in parts), ", ".join(part.en for part in parts))
    return Text(str(value), str(value))


def _joined(name: Text, value: Text) -> Text:
    return Text(f"{name.zh}：{value.zh}", f"{name.en}: {value.en}")


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"zh", "en"}
