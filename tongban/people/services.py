"""What others may do with people; each name lives in the module of its subject."""

from tongban.people.citizens import forget_citizen, save_identity
from tongban.people.sign_in import begin_oidc, finish_oidc
from tongban.people.sms_codes import SmsSent, forget_old_flows, send_sms_code, verify_sms_code
from tongban.people.staff import (
    ROLES,
    StaffEnrolment,
    StaffRef,
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
    "begin_oidc",
    "change_roles",
    "end_account",
    "finish_oidc",
    "forget_citizen",
    "forget_old_flows",
    "register_staff",
    "save_identity",
    "send_sms_code",
    "verify_password",
    "verify_second_factor",
    "verify_sms_code",
]
