"""What the codes of this context are called on pages. Plain Python."""

from tongban.kernel.text import Text

STATES: dict[str, Text] = {
    "reserved": Text("待签名", "To be signed"),
    "signing": Text("签名中", "Being signed"),
    "signed": Text("已签名，待登记", "Signed, to be recorded"),
    "issued": Text("已签发，尚未生效", "Signed, not yet valid"),
    "valid": Text("已生效", "Valid"),
    "blocked": Text("未能签发", "Could not be issued"),
    "stopped": Text("已终止", "Stopped"),
}
"""Of a reservation."""
GIVING: dict[str, Text] = {
    "new": Text("新发", "New"),
    "renew": Text("延续换证", "Renewal"),
    "change": Text("变更换证", "Change"),
    "cancel": Text("注销", "Cancellation"),
}
"""What a decision does with a licence."""
WHY: dict[str, Text] = {
    "": Text("原因未记录，请联系系统管理员。", "The reason was not recorded; ask the operator."),
    "no-licence-key": Text(
        "本节点没有已列入成员名单的证照签名密钥。", "This node has no licence key that the alliance has listed."
    ),
    "not-signed": Text(
        "签名机没有所用的密钥，或签名未通过自检。", "The signer lacks the key, or its signature did not hold."
    ),
    "glyph-missing": Text("姓名或地址含字库没有的生僻字。", "A rare character in a name or an address is in no font."),
    "font-missing": Text("服务器上没有证照字体。", "The fonts are not installed on this server."),
    "field-missing": Text("证照必填内容缺失。", "Something that the licence must say is missing."),
    "former-licence-unknown": Text(
        "没有找到要变更、延续或注销的证照。", "The licence that it is about is not held here."
    ),
    "former-licence-ended": Text(
        "所涉证照已撤销、注销、吊销或转出。", "The licence that it is about is no longer in force."
    ),
    "correction-unclear": Text(
        "更正的内容不能自动写入证照，请人工办理。",
        "The correction cannot be put on the licence by itself; act by hand.",
    ),
    "version-under-way": Text("同一证照的另一新版本正在签发。", "Another version of it is being issued."),
    "term-unclear": Text("有效期无法确定。", "Its term cannot be told."),
    "no-member-list": Text("本节点没有成员名单。", "This node has no member list."),
    "key-erased": Text("办件的个人信息已删除。", "The personal data of the case was erased."),
}
"""Why a reservation is blocked, by the code of the refusal."""
FINDINGS: dict[str, Text] = {
    "identifier": Text("标识校验位不符", "its identifier is none"),
    "no-event": Text("链上没有签发记录", "nothing on the chain issued it"),
    "other-event": Text("与链上签发记录不符", "the chain says something else"),
    "not-kept": Text("链上已签发但未收存", "the chain issued it and nothing here keeps it"),
    "status": Text("状态与链上记录不符", "it stands otherwise than the chain says"),
    "no-decision": Text("没有准予决定", "no decision in favour gives it"),
    "decision-revoked": Text("决定已撤销但证照仍有效", "its decision was revoked and it is still valid"),
    "bytes": Text("证面与签名内容不符", "its face is not what the row says"),
    "signature": Text("签名无效", "its signature does not hold"),
    "content": Text("证照信息与证面不符", "its content is not what was signed"),
    "unwitnessed": Text("超时未见证", "no other node has stored it in time"),
    "number-twice": Text("编号重复", "its number is given twice"),
    "two-for-one": Text("一个决定两张有效证照", "two valid licences for one decision"),
    "serial-twice": Text("流水号另有证照使用", "another licence has its serial"),
    "signed-unreserved": Text("签名机签过未占号的内容", "the signer signed what nobody reserved"),
    "unreserved": Text("没有占号记录", "nobody reserved it"),
}
"""What the checker finds."""
