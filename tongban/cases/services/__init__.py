"""What others may do with a case, by verb group: drafts, receiving place, deciding place."""

from tongban.cases.services.deciding import (
    AlreadyCorrectedOnce,
    ReasonMissing,
    accept_case,
    approve_case,
    not_accept,
    record_assessment,
    record_effect,
    record_effect_failure,
    refuse_case,
    request_correction,
    take_over,
    take_up_proposal,
)
from tongban.cases.services.drafting import (
    attach_material,
    check_draft,
    discard_draft,
    remove_material,
    save_draft,
    start_draft,
)
from tongban.cases.services.receiving import (
    DraftChanged,
    DraftIncomplete,
    record_evidence_and_hand_over,
    submit_case,
    supplement,
    withdraw_case,
)

__all__ = [
    "AlreadyCorrectedOnce",
    "DraftChanged",
    "DraftIncomplete",
    "ReasonMissing",
    "accept_case",
    "approve_case",
    "attach_material",
    "check_draft",
    "discard_draft",
    "not_accept",
    "record_assessment",
    "record_effect",
    "record_effect_failure",
    "record_evidence_and_hand_over",
    "refuse_case",
    "remove_material",
    "request_correction",
    "save_draft",
    "start_draft",
    "submit_case",
    "supplement",
    "take_over",
    "take_up_proposal",
    "withdraw_case",
]
