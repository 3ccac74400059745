"""What a node forgets by itself at night."""

from datetime import timedelta

import pytest

from tests.cast import LUO
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.people import services as people
from tongban.people.adapters.sms import DemoSms
from tongban.people.models import SmsFlow
from tongban.project import schedule

pytestmark = pytest.mark.django_db


def test_phones_that_once_got_a_code_are_forgotten(node: Node) -> None:
    for age in (timedelta(hours=25), timedelta(hours=1)):
        people.send_sms_code(node=node, phone=LUO.phone, channel=DemoSms(), at=now() - age)
    schedule.forget_sessions(timestamp=0)
    assert SmsFlow.objects.count() == 1
