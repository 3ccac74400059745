"""The words of ratings and complaints. Plain Python."""

from tongban.kernel.text import Text

ABOUT: dict[str, Text] = {
    "window": Text("收件服务", "How you were received"),
    "result": Text("办理结果", "How it was handled"),
}
GRADES: dict[int, Text] = {
    5: Text("非常满意", "Very good"),
    4: Text("满意", "Good"),
    3: Text("基本满意", "Fair"),
    2: Text("不满意", "Poor"),
    1: Text("非常不满意", "Very poor"),
}
BAD = 2
"""差评: this grade and below are followed up."""
TAGS: dict[str, Text] = {
    "clear": Text("说得清楚", "Clearly explained"),
    "quick": Text("办得快", "Quick"),
    "friendly": Text("态度好", "Friendly"),
    "unclear": Text("没说清楚", "Not clearly explained"),
    "slow": Text("等得太久", "Too slow"),
    "unfriendly": Text("态度不好", "Unfriendly"),
    "asked_too_much": Text("要的材料多", "Asked for too much"),
    "errand": Text("多跑了路", "Needless trips"),
}
KINDS: dict[str, Text] = {"complaint": Text("投诉", "Complaint"), "suggestion": Text("建议", "Suggestion")}
STEPS: dict[str, Text] = {
    "open": Text("待核实", "To be verified"),
    "verified": Text("已核实", "Verified"),
    "corrected": Text("已整改", "Corrected"),
    "called_back": Text("已回访", "Called back"),
}
ORDER = tuple(STEPS)
