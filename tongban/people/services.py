"""What others may do with people; each name lives in the module of its subject."""

from tongban.people.citizens import forget_citizen, save_identity
from tongban.people.giving import draft_mandate, record_mandate, sign_mandate
from tongban.people.mandate_endings import end_mandates_of
from tongban.people.mandates import accept_mandate, decline_mandate, end_mandate, require_act, use_act
from tongban.people.organisations import claim_organisation, confirm_organisation
from tongban.people.sign_in import begin_oidc, finish_oidc
from tongban.people.sms_codes import SmsSent, forget_old_flows, send_sms_code, verify_sms_code
from tongban.people.staff import (
    ROLES,
    StaffEnrolment,
    StaffRef,
    begin_desk,
    change_roles,
    end_account,
    register_staff,
    verify_password,
    verify_second_factor,
)

__all__ = [
    "ROLES",
    "SmsSent",
    "StaffEnrolment",
    "StaffRef",
    "accept_mandate",
    "begin_desk",
    "begin_oidc",
    "change_roles",
    "claim_organisation",
    "confirm_organisation",
    "decline_mandate",
    "draft_mandate",
    "end_account",
    "end_mandate",
    "end_mandates_of",
    "finish_oidc",
    "forget_citizen",
    "forget_old_flows",
    "record_mandate",
    "register_staff",
    "require_act",
    "save_identity",
    "send_sms_code",
    "sign_mandate",
    "use_act",
    "verify_password",
    "verify_second_factor",
    "verify_sms_code",
]
