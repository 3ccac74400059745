"""What a token may open (权限范围). Plain Python."""

from tongban.kernel.text import Text

SCOPES: dict[str, Text] = {
    "items:read": Text("查询事项和指南", "Read items and guides"),
    "cases:read": Text("查询办件", "Read cases"),
    "cases:write": Text("提交、补正、撤回办件", "Hand in, supplement and withdraw cases"),
    "worklists:read": Text("查询工作清单", "Read worklists"),
    "decisions:write": Text("受理、补正告知和决定", "Accept, ask for correction and decide"),
    "definitions:write": Text("起草和发布事项定义", "Draft and publish definitions"),
    "items:write": Text("采集导入事项、取上报表", "Take items in, read the national tables"),
    "notices:read": Text("查询通知", "Read notices"),
    "licences:verify": Text("核验证照", "Verify licences"),
    "webhooks:manage": Text("管理回调", "Manage webhooks"),
}

FOR_STAFF = frozenset({"worklists:read", "decisions:write", "definitions:write", "items:write"})
"""Only for tokens that are bound to a member of staff: a system decides nothing in its own name."""
