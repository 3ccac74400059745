"""The person at the counter: who they are, and how the clerk checked it (身份核验)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.people.identity import KINDS, check_identity, check_phone
from tongban.people.names import check_name
from tongban.web.components.faults import Fault

__all__ = ["KINDS", "applicant", "find_check", "forget_checks", "read", "remember_check"]

NOT_CONNECTED = Text(
    "本机没有连接读卡器，请改用人工核对原件。", "No card reader is connected here. Check the document by hand instead."
)
NOT_CHECKED = Text("请核对证件原件和本人后勾选。", "Look at the document and the person, then tick this.")
FIELDS = ("name", "id_kind", "id_number", "phone", "checked_by")


def read(request: Any) -> tuple[dict[str, str], list[Fault]]:
    """What was typed, and everything that is wrong with it at once."""
    typed = {name: request.POST.get(name, "").replace("\x00", "").strip() for name in FIELDS}
    typed["seen"] = request.POST.get("seen", "")
    return typed, _faults(typed, demo=request.node.demo) if request.method == "POST" else []


def applicant(typed: dict[str, str], *, demo: bool) -> dict[str, str]:
    """As it goes into the draft: in the forms that registers use."""
    return {
        "name": check_name(typed["name"]),
        "id_kind": typed["id_kind"],
        "id_number": check_identity(typed["id_kind"], typed["id_number"], allow_demo=demo).number,
        "phone": check_phone(typed["phone"]) if typed["phone"] else "",
    }


def remember_check(request: Any, case_id: UUID, checked_by: str) -> None:
    request.session["identity_checks"] = {str(case_id): checked_by}


def find_check(request: Any, case_id: UUID) -> str:
    """How this person's identity was checked; empty when it has not been since the screen was cleared."""
    means: str = request.session.get("identity_checks", {}).get(str(case_id), "")
    return means


def forget_checks(request: Any) -> None:
    request.session.pop("identity_checks", None)


def _faults(typed: dict[str, str], *, demo: bool) -> list[Fault]:
    checks: tuple[tuple[str, Callable[[], object]], ...] = (
        ("name", lambda: check_name(typed["name"])),
        ("id_number", lambda: check_identity(typed["id_kind"], typed["id_number"], allow_demo=demo)),
        ("phone", lambda: typed["phone"] and check_phone(typed["phone"])),
    )
    faults = [fault for anchor, check in checks if (fault := _fault(anchor, check))]
    return faults + _faults_of_check(typed)


def _fault(anchor: str, check: Callable[[], object]) -> Fault | None:
    try:
        check()
    except Refused as refused:
        # Without the advice: it sends people to the counter, where they are.
        return Fault(anchor, Text(refused.sentence("zh"), refused.sentence("en")))
    return None


def _faults_of_check(typed: dict[str, str]) -> list[Fault]:
    if typed["checked_by"] == "card-reader":
        return [Fault("checked_by", NOT_CONNECTED)]
    return [] if typed["checked_by"] == "manual" and typed["seen"] else [Fault("seen", NOT_CHECKED)]
