"""A sealed document takes its place in the case: the file as a blob, its reference on the chain, so that every place of the case holds it."""

from datetime import datetime
from uuid import UUID

from tongban.cases.life_events import DocumentSealed
from tongban.cases.services.adding import add_to_case
from tongban.cases.writing import command_of, require_role
from tongban.documents import services as documents
from tongban.kernel import sealing, vault
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.seals import services as seals

PART = "file"


def keep_sealed(
    *, node: Node, region: str, case_id: UUID, subject: str, ref: str, suite: str, by: Actor, at: datetime
) -> bool:
    """Fetch what the signer has answered, put it together and keep it; all or nothing. Whether there was anything.

    Refuses `StamperSilent`, `KeyErased`, and what `add_to_case` refuses.
    """
    require_role(by, "system", region=region)
    found = seals.fetch_sealed(node=node, region=region, subject=subject, ref=ref, suite=suite, at=at)
    if found is None:
        return False
    key = vault.get_key(node=node, region=region, case_id=case_id)
    sealed = sealing.seal(found.data, name=PART, key=key, suite=node.suite)
    documents.store_blob(
        node=node,
        region=region,
        case_id=case_id,
        cipher=sealed.ref.cipher,
        data=sealed.ciphertext,
        at=at,
        made_here=True,
    )
    event = DocumentSealed(subject, ref, suite, found.level, found.document, node.suite.hash(found.data))
    cmd = command_of(case_id, f"sealed {subject} {suite} {ref}", 0)
    add_to_case(
        node=node, region=region, case_id=case_id, event=event, refs=[sealed.ref], cmd=cmd, by=by, role="system", at=at
    )
    return True
