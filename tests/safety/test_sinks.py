"""Hostile words in every free-text field, shown to whoever may see it (J1, SR-26, SR-28): they stay words."""

import json
import logging
import re
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.safety.world import sit_down
from tests.web.citizens import PERMIT, Phone, text
from tests.web.desks import Desks
from tests.web.test_staff_case import seen
from tongban.kernel import registries
from tongban.kernel.node import Node
from tongban.project import logs

XSS = "<script>alert(1)</script>"
CORPUS = (
    f"{XSS}\"'><img src=x onerror=alert(1)>",
    "'; DROP TABLE cases_case; -- ' OR '1'='1",
    "{{ 7|add:7 }}{% debug %}${7*7}#{7*7}",
    "*)(uid=*))(|(uid=*",
    "=cmd|'/C calc'!A0 +1 -1 @SUM(1)",
    "甲\r\nSet-Cookie: planted=1\r\n\r\n<html>",
    "\u202egnp.exe\u0000\u2028",
)
WHOLE = " ".join(CORPUS)

pytestmark = pytest.mark.django_db


def require_harmless(answer: Any) -> None:
    page = text(answer)
    assert answer.status_code < 500
    assert XSS not in page and "<img src=x" not in page
    assert "onerror=" not in re.sub(r"&quot;|&#x27;|&lt;[^<]*", "", page) or "&lt;img" in page
    assert "{{ 7" not in page or "14{%" not in page
    assert "planted" not in answer.cookies and "Set-Cookie: planted" not in str(answer.headers)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def require_shown_as_typed(answer: Any) -> None:
    require_harmless(answer)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text(answer)


def test_what_a_citizen_types_is_shown_as_typed(phone: Phone) -> None:
    draft = phone.begin(PERMIT)
    phone.fill(draft, **{"filing.address": XSS + " 路"})
    require_shown_as_typed(phone.get(f"{draft}/form"))
    for step in ("", "/materials", "/check"):
        require_harmless(phone.get(f"{draft}{step}"))


@pytest.mark.parametrize("words", CORPUS, ids=["xss", "sql", "template", "ldap", "formula", "crlf", "marks"])
def test_every_form_of_a_citizen_takes_hostile_words(phone: Phone, words: str) -> None:
    phone.begin(PERMIT)
    require_harmless(phone.say_who(name=words))
    require_harmless(phone.post("/complaints", kind="complaint", concerns="370115", text=words))
    require_harmless(phone.post("/mandates/new", relation="child", name=words, phone=words, days=words))
    require_harmless(phone.post("/companies", uscc=words, name=words))
    require_harmless(phone.post("/progress", code=words, factor=words))
    require_harmless(phone.post("/resume", code=words))
    require_harmless(phone.get("/complaints"))


def staff_views(desks: Desks, case_id: Any) -> list[Any]:
    """The case as every role of both places sees it."""
    found = []
    for node, roles in ((desks.jiyang, ("reception", "supervisor")), (desks.linyi, ("chief", "liaison"))):
        for role in roles:
            client = sit_down(node, role)
            registries.set_node(node)
            found.append(client.get(f"/staff/cases/{case_id}"))
    return found


def test_what_officers_write_is_shown_as_typed_at_both_places(desks: Desks) -> None:
    case_id = desks.taken_over()
    examiner = desks.examiner()
    address = f"/staff/cases/{case_id}"
    assert examiner.post(f"{address}/message", {**seen(examiner.get(address)), "text": XSS}).status_code == 302
    asked = {**seen(examiner.get(address)), "field": "filing.address", "note": XSS}
    assert examiner.post(f"{address}/request-correction", asked).status_code == 302
    require_shown_as_typed(examiner.get(address))
    desks.deliver()
    for page in staff_views(desks, case_id):
        require_shown_as_typed(page)


def test_every_form_of_a_desk_takes_hostile_words(desks: Desks) -> None:
    case_id = desks.taken_over()
    examiner = desks.examiner()
    address = f"/staff/cases/{case_id}"
    typed = dict.fromkeys(
        ("reason", "article", "note", "text", "reasons", "procedure", "basis", "until", "days", "field"), WHOLE
    )
    for act in ("accept", "refuse", "not-accept", "request-correction", "hand-back", "send-back", "examine", "message"):
        answer = examiner.post(f"{address}/{act}", {**typed, **seen(examiner.get(address))})
        require_harmless(answer) if answer.status_code != 302 else None
    require_harmless(examiner.post("/staff/find", {"words": WHOLE}))
    require_harmless(examiner.post("/staff/filters", {"name": WHOLE}))
    require_harmless(examiner.get(address))


def test_what_stands_in_an_address_breaks_no_header(node: Node, desks: Desks) -> None:
    for path in (
        "/sign-in?next=%0d%0aSet-Cookie:%20planted=1",
        "/language?to=en&next=//evil.example/%0d%0aX:1",
        "/staff/?desk=%00'--",
    ):
        answer = Client().get(path)
        assert "planted" not in answer.cookies and answer.status_code < 500
        assert "evil" not in answer.headers.get("Location", "")


@given(words=st.text(max_size=60))
def test_a_log_line_is_one_line_whatever_is_in_it(words: str) -> None:
    """No record can be forged by a line break, and no control sign reaches a terminal."""
    record = logging.LogRecord("tongban", logging.WARNING, "x.py", 1, f"{words}\r\n{CORPUS[5]}\x1b[2J", None, None)
    line = logs._formatter("test").format(record)
    assert len(line.splitlines()) == 1 and "\x1b" not in line
    assert json.loads(line)
