"""The applicant's corrected application: what was asked for changes, everything else stays as it was."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.cases.drafts import Material
from tongban.cases.projection import Case
from tongban.cases.writing import case_key
from tongban.catalogue import queries as catalogue
from tongban.documents import queries as documents
from tongban.kernel import strictjson, vault
from tongban.kernel.actors import Actor
from tongban.kernel.crypto import BadCiphertext
from tongban.kernel.events import Json, SealedRef
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.sealing import BadPart, Sealed, seal_json
from tongban.kernel.strictjson import NotStrict
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day


class AnswersUnusable(Refused):
    """What stands on the record is read by pages and rules for years: a value of the wrong form never gets there."""

    status = 422
    text = Text("补正的内容有误：{faults_zh}", "What was corrected cannot be used: {faults_en}")
    advice = Text(
        "请按提示修改后再提交，已填写的内容都在。", "Change what is named and send it again; everything typed is kept."
    )


class ChangesTooMuch(Refused):
    """A peer's corrected application that differs elsewhere too, or was made before an earlier one arrived."""

    status = 422
    text = Text("补交的内容与现有申请不一致。", "What was handed in does not fit the application as it is now.")
    advice = Text("请刷新页面，按最新状态重新补交。", "Reload the page and hand it in again.")


def correct_application(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    case: Case,
    wanted: Json,
    elements: dict[str, Any],
    materials: Sequence[Material],
    by: Actor,
    at: datetime,
) -> tuple[Sealed, list[SealedRef]]:
    """The whole application sealed anew, and the references of the files that came with it.

    `wanted`: `fields` and `materials` that may change; of such a material everything that was there before is replaced.
    Refuses `FilesAwaitScan`, `AnswersUnusable`.
    """
    elements = {id: value for id, value in elements.items() if id in wanted["fields"]}
    brought = [vouched_by(by, material) for material in materials if material.id in wanted["materials"]]
    key = case_key(node=node, region=region, case_id=case_id)
    application: Any = vault.read_part(SealedRef(**case.parts["application"]), key=key, node=node, region=region)
    application["elements"] |= elements
    _require_usable(case, application["elements"], changed=elements, at=at)
    documents.require_scanned(region, case_id, [material.ref.cipher for material in brought if material.ref])
    replaced = {material.id for material in brought}
    kept = [material for material in application["materials"] if material["id"] not in replaced]
    application["materials"] = [*kept, *(material.as_json() for material in brought)]
    sealed = seal_json(application, name="application", key=key, suite=node.suite)
    return sealed, [material.ref for material in brought if material.ref]


def vouched_by(by: Actor, material: Material) -> Material:
    """That an original was compared (已核对原件) is the word of a clerk, and nobody else's."""
    return material if by.may("reception") else replace(material, original_seen=False)


def require_nothing_else(
    *, node: Node, region: str, case_id: UUID, case: Case, wanted: Json, sealed: Sequence[SealedRef]
) -> None:
    """Of the application that another place sends in, only `wanted` differs from the one there is. Refuses `ChangesTooMuch`."""
    key = case_key(node=node, region=region, case_id=case_id)
    refs = [SealedRef(**case.parts["application"]), *(ref for ref in sealed if ref.name == "application")]
    try:
        before, after = (_besides(vault.read_part(ref, key=key, node=node, region=region), wanted) for ref in refs)
    except (BadPart, BadCiphertext, NotStrict, KeyError, TypeError, ValueError, AttributeError):
        raise ChangesTooMuch from None
    if before != after:
        raise ChangesTooMuch


def _besides(application: Any, wanted: Json) -> Json:
    elements = {id: value for id, value in application["elements"].items() if id not in wanted["fields"]}
    materials = [material for material in application["materials"] if material["id"] not in wanted["materials"]]
    return {**application, "elements": elements, "materials": materials}


def _require_usable(case: Case, elements: dict[str, Any], *, changed: dict[str, Any], at: datetime) -> None:
    known = {"today": legal_day(at).isoformat()}
    found = catalogue.get_definition(case.definition).check_answers(case.situation, elements, known=known)
    faults = [fault.text for fault in found if fault.field in changed]
    if faults:
        raise AnswersUnusable(
            faults_zh="；".join(fault.zh for fault in faults), faults_en="; ".join(fault.en for fault in faults)
        )


def digest(node: Node, region: str, elements: dict[str, Any], materials: Sequence[Material]) -> bytes:
    """Tells whether a repeated command brings the same content, without keeping anything that could be guessed from.

    Files count by name and size: sealed again at a second click, the same file is another ciphertext.
    """
    files = [[material.id, material.way, material.name, material.size] for material in materials]
    value = {"elements": elements, "materials": files}
    return node.keyed_hash(strictjson.canonical(value).decode(), purpose="command", region=region).encode()
