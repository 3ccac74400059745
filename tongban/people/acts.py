"""What a mandate may allow, between whom, and how it can end. Plain tables."""

from tongban.kernel.text import Text

ACTS: dict[str, Text] = {
    "see": Text("查看草稿和办件", "See drafts and cases"),
    "fill_in": Text("填写申请", "Fill in applications"),
    "hand_in": Text("提交申请", "Hand in applications"),
    "correct": Text("补正、补交材料", "Correct and supplement"),
    "withdraw": Text("撤回申请", "Withdraw applications"),
    "collect": Text("领取结果和文书", "Collect results and papers"),
    "pledge": Text("代签个人承诺书", "Sign pledges"),
}
"""Nothing else is ever done for another person: nobody rates, gives mandates or changes an account on somebody's behalf."""

NEEDS: dict[str, frozenset[str]] = {
    "fill_in": frozenset({"see"}),
    "hand_in": frozenset({"see", "fill_in"}),
    "correct": frozenset({"see"}),
    "withdraw": frozenset({"see"}),
    "collect": frozenset({"see"}),
    "pledge": frozenset({"see", "fill_in"}),
}
"""An act → those without which it cannot be done; they are granted with it and shown before it is."""

RELATIONS: dict[str, Text] = {
    "spouse": Text("配偶", "Spouse"),
    "child": Text("子女", "Child"),
    "parent": Text("父母", "Parent"),
    "relative": Text("其他亲属", "Other relative"),
    "friend": Text("朋友、邻居", "Friend or neighbour"),
    "helper": Text("帮办代办员", "Helper"),
    "employee": Text("经办人", "Handling person"),
    "legal": Text("法定代表人", "Legal representative"),
}
"""What the agent is to the principal."""

PRIVATE = ("spouse", "child", "parent", "relative", "friend")

TERMS: dict[str, Text] = {
    "30": Text("一个月", "One month"),
    "90": Text("三个月", "Three months"),
    "180": Text("半年", "Half a year"),
    "365": Text("一年", "One year"),
}
"""Days for which a mandate may be given, as pages offer them."""

ENDINGS: dict[str, Text] = {
    "revoked": Text("委托人已收回", "taken back by who gave it"),
    "revoked_at_counter": Text("委托人本人持证件到窗口收回", "taken back at the counter; the document was seen"),
    "laid_down": Text("代理人已辞去", "laid down by the agent"),
    "declined": Text("代理人未接受", "declined by the agent"),
    "death": Text("一方去世，委托终止", "ended by a death"),
    "ban": Text("代理人被停止代办", "the agent was barred"),
    "account_closed": Text("一方账户已注销", "an account was closed"),
    "left_office": Text("帮办人员已离岗", "the helper has left office"),
    "representative_changed": Text("法定代表人已变更", "the legal representative changed"),
}


def with_needed(acts: frozenset[str]) -> frozenset[str]:
    return acts.union(*(NEEDS.get(act, frozenset()) for act in acts))


def in_order(acts: frozenset[str]) -> tuple[str, ...]:
    """As pages and papers list them."""
    return tuple(act for act in ACTS if act in acts)
