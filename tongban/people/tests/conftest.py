from collections.abc import Callable
from datetime import datetime

import pyotp
import pytest

from tongban.kernel.actors import system
from tongban.kernel.node import Node
from tongban.people import services

Enrol = Callable[..., services.StaffEnrolment]
PASSWORD = "correct horse 马 battery"


@pytest.fixture
def enrol(node: Node, at: datetime, scoped: None) -> Callable[..., services.StaffEnrolment]:
    """Registers 赵敏 at the counter of 济阳 unless told otherwise."""

    def register(**changes: object) -> services.StaffEnrolment:
        given: dict[str, object] = {
            "region": "370115", "office": "hall", "username": "zhaomin", "password": PASSWORD,
            "roles": frozenset({"reception"}), "display_name": "赵敏", "by": system("370115"), "at": at,
        }  # fmt: skip
        return services.register_staff(node=node, **{**given, **changes})

    return register


@pytest.fixture
def app_of() -> Callable[[services.StaffEnrolment], pyotp.TOTP]:
    """The authenticator on the person's phone."""

    def scan(enrolment: services.StaffEnrolment) -> pyotp.TOTP:
        totp = pyotp.parse_uri(enrolment.totp_uri)
        assert isinstance(totp, pyotp.TOTP)
        return totp

    return scan
