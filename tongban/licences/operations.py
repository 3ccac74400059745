"""What may be done with a licence and what its status is called: codes of the national metadata of e-licences. Plain Python."""

from dataclasses import dataclass

from tongban.kernel.text import Text

VALID, SUSPENDED, REVOKED, CANCELLED, LAPSED, MOVED_OUT, PENALISED, OTHER = (
    "01",
    "02",
    "03",
    "04",
    "05",
    "06",
    "07",
    "99",
)
STATUSES: dict[str, Text] = {
    VALID: Text("有效", "Valid"),
    SUSPENDED: Text("暂停", "Suspended"),
    REVOKED: Text("已撤销", "Revoked"),
    CANCELLED: Text("已注销", "Cancelled"),
    LAPSED: Text("已失效", "Lapsed"),
    MOVED_OUT: Text("已转出", "Moved out"),
    PENALISED: Text("已吊销", "Revoked as a penalty"),
    OTHER: Text("其他", "Other"),
}


@dataclass(frozen=True, slots=True)
class LicenceOperation:
    """`code`: 01 to 10 of the metadata. `before`: the statuses in which it can be; `after`: the status that follows."""

    id: str
    code: str
    name: Text
    before: frozenset[str]
    after: str


def _operation(id: str, code: str, zh: str, en: str, before: tuple[str, ...], after: str) -> LicenceOperation:
    return LicenceOperation(id, code, Text(zh, en), frozenset(before), after)


GIVEN_CODES = {"new": "01", "renew": "02", "change": "09"}
"""What gives a licence, or the next version of one; in the same list as the codes of `OPERATIONS`. Nothing here moves one in (08)."""
OTHER_CODE = "07"
IN_FORCE = (VALID, SUSPENDED)
"""Something may still be done with it."""
OPERATIONS: dict[str, LicenceOperation] = {
    operation.id: operation
    for operation in (
        _operation("suspend", "03", "暂停", "Suspend", (VALID,), SUSPENDED),
        _operation("release", "06", "解除暂停", "Release", (SUSPENDED,), VALID),
        _operation("lapse", "04", "失效", "Let lapse", IN_FORCE, LAPSED),
        _operation("replace", "09", "换发新版本", "Replace by a newer version", IN_FORCE, LAPSED),
        _operation("reinstate", "07", "恢复有效", "Put in force again", (LAPSED,), VALID),
        _operation("reinstate_suspended", "07", "恢复为暂停", "Suspend again", (LAPSED,), SUSPENDED),
        _operation("cancel", "05", "注销", "Cancel", IN_FORCE, CANCELLED),
        _operation("revoke", "07", "撤销", "Revoke", IN_FORCE, REVOKED),
        _operation("penalise", "07", "吊销", "Revoke as a penalty", IN_FORCE, PENALISED),
        _operation("move_out", "07", "转出", "Move out", (VALID,), MOVED_OUT),
        _operation("move_back", "10", "取消转出", "Undo the move", (MOVED_OUT,), VALID),
    )
}
REASONS: dict[str, Text] = {
    "decision_revoked": Text("所依据的决定已撤销", "The decision behind it was revoked"),
    "newer_version": Text("已换发新版本", "A newer version was issued"),
    "newer_revoked": Text("新版本已撤销", "The newer version was revoked"),
    "holder_asked": Text("持证人申请", "The holder asked for it"),
    "closed_down": Text("停止经营", "Closed down"),
    "conditions_gone": Text("不再具备条件", "The conditions are no longer met"),
    "unlawful": Text("违法被处罚", "Penalised for a breach of the law"),
    "inspection": Text("核查期间", "While it is being looked into"),
    "put_right": Text("已整改", "Put right"),
    "moved": Text("持证人迁往外地", "The holder moved elsewhere"),
    "term_over": Text("有效期届满", "Its term is over"),
    "other": Text("其他原因", "Another reason"),
}


def next_status(status: str, operation: str) -> str | None:
    """None where it cannot follow."""
    known = OPERATIONS.get(operation)
    return known.after if known and status in known.before else None


def status_bits(status: str) -> int:
    """As a token status list says it: 0 valid, 1 invalid, 2 suspended."""
    return {VALID: 0, SUSPENDED: 2}.get(status, 1)
