"""What can be read, and how it went. Plain Python."""

from tongban.kernel.text import Text

SEEN, DONE = "seen", "done"
WHAT: dict[str, Text] = {
    "case": Text("办件", "the case"),
    "file": Text("材料文件", "a document"),
    "record": Text("办件档案", "the record"),
    "receipt": Text("收件凭证", "the receipt"),
    "paper": Text("文书", "a paper"),
    "draft": Text("申请草稿", "the draft"),
    "chain": Text("传递情况（不含个人信息）", "how it travels (no personal data)"),
    "search": Text("查找", "a search"),
    "complaints": Text("投诉建议", "complaints"),
    "readings": Text("阅览记录", "the reading log"),
    "page": Text("页面", "a page"),
    "sign_in": Text("登录", "signing in"),
    "sign_out": Text("退出", "signing out"),
}
OF_A_PERSON = ("case", "file", "record", "receipt", "paper", "draft")
"""What counts for mass reading (批量查阅): a search shows masked people, and what it leads to counts itself."""
