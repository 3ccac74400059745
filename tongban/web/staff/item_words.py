"""What the pages of items say: acts, grades, groups and aspects in words, and any value of a definition as somebody reads it."""

from collections.abc import Iterable
from typing import Any

from tongban.catalogue.differing import Group
from tongban.catalogue.findings import Severity
from tongban.catalogue.grading import Grade
from tongban.catalogue.history.comparing import VersionChange
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
ASPECTS = {
    "days": Text("天数", "days"), "unit": Text("单位", "unit"), "note": Text("说明", "note"), "basis": Text("依据", "basis"),
    "name": Text("名称", "name"), "label": Text("名称", "label"), "text": Text("文字", "text"), "title": Text("标题", "title"),
    "summary": Text("简介", "summary"), "issuer": Text("出具单位", "issuer"), "ways": Text("提交方式", "ways"), "original": Text("原件", "original"),
    "main": Text("主件", "main"), "waived": Text("免交说明", "waived"), "waived_when": Text("免交条件", "waived when"),
    "media_types": Text("文件类型", "file types"), "template": Text("样表", "form"), "situations": Text("适用情形", "situations"),
    "conditions": Text("条件", "conditions"), "mode": Text("条件关系", "mode"), "on_false": Text("不符合时", "when not met"),
    "on_unknown": Text("不知道时", "when unknown"), "correct": Text("补正", "to correct"), "demand": Text("要求材料", "demands"),
    "change": Text("补正提示", "advice"), "required": Text("必填", "required"), "group": Text("分组", "group"), "widget": Text("填写方式", "widget"),
    "hint": Text("提示", "hint"), "max_length": Text("最长字数", "longest"), "when": Text("条件", "when"), "options": Text("选项", "options"),
    "purpose": Text("用途", "purpose"), "retention": Text("保存期限", "kept for"), "recipients": Text("接收方", "recipients"),
    "fen": Text("金额（分）", "fen"), "value": Text("内容", "value"), "sources": Text("来源", "sources"), "type": Text("类型", "type"),
    "standard": Text("标准", "standard"), "reducible": Text("可减免", "reducible"), "need": Text("必要性", "need"), "kind": Text("种类", "kind"),
    "form": Text("形式", "form"), "medium": Text("介质", "medium"), "copies": Text("份数", "copies"), "source": Text("来源", "source"),
    "code": Text("编码", "code"), "waived_by": Text("免提交方式", "waived by"), "handed_in": Text("提交方式", "handed in"),
    "kinds": Text("种类", "kinds"), "question": Text("问题", "question"), "missing": Text("缺少时", "when missing"),
    "legal": Text("法定时限", "legal limit"), "promise": Text("承诺时限", "promised limit"), "special": Text("特别程序", "special procedure"),
    "charged": Text("是否收费", "charged"), "fees": Text("收费项目", "fees"), "materials": Text("材料", "materials"),
    "online": Text("网上办理", "online"), "depth": Text("网办深度", "depth"), "visits": Text("到场次数", "visits"),
    "visits_note": Text("到场说明", "note on visits"), "visits_reason": Text("到场原因", "reason of visits"),
    "audience": Text("服务对象", "audience"), "scope": Text("通办范围", "scope"), "quota": Text("数量限制", "quota"), "steps": Text("流程", "steps"),
    "office": Text("实施机构", "office"), "department": Text("主管部门", "department"), "business": Text("业务编号", "business number"),
    "levels": Text("行使层级", "levels"), "result": Text("结果", "result"), "marks": Text("核实标记", "marks"),
    "unread": Text("未识别内容", "not understood"),
    "items": Text("事项", "items"), "layer": Text("层级", "layer"), "key": Text("标识", "key"),
    "limits.counter": Text("窗口办理时限", "limit at the counter"), "limits.promise": Text("承诺时限", "promised limit"),
    "limits.legal": Text("法定时限", "legal limit"), "limits.tell_missing": Text("一次性告知时限", "limit to tell what is missing"),
    "limits.correct": Text("补正期限", "time to correct"), "limits.extend": Text("延长期限", "extension"),
    "limits.tolerate": Text("容缺期限", "time to hand in later"),
    "fee": Text("收费", "fee"), "policy": Text("办理政策", "policy"), "effect": Text("生效系统", "takes effect in"),
    "data": Text("个人信息", "personal data"),
}  # fmt: skip
NOTHING = Text("（无）", "(none)")
YES, NO = Text("是", "yes"), Text("否", "no")


def say_change(change: VersionChange) -> dict[str, Any]:
    """One row of the comparison."""
    label = ASPECTS.get(change.label.zh, change.label) if change.label.zh == change.path else change.label
    grade, colour = GRADES.get(change.grade, (None, ""))
    return {
        "label": label, "path": change.path, "kind": KINDS[change.kind], "grade": grade, "colour": colour,
        "before": list(say_lines(change.before)), "after": list(say_lines(change.after)),
    }  # fmt: skip


def group_changes(changes: Iterable[VersionChange]) -> list[tuple[Text, list[dict[str, Any]]]]:
    """By what they are about, in the order of GROUPS."""
    found: dict[Group, list[dict[str, Any]]] = {}
    for change in changes:
        found.setdefault(change.group, []).append(say_change(change))
    return [(GROUPS[group], found[group]) for group in GROUPS if group in found]


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
