"""An expected no: a sentence, what to do next, a stable code."""

import pytest

from tongban.kernel.actors import Actor, system
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text


class NotCoveredByAgreement(Refused):
    text = Text("协议未覆盖 {item}。", "No agreement covers {item}.")
    advice = Text("请到 {place} 办理。", "Go to {place}.")


REFUSAL = NotCoveredByAgreement(item="备案", place="临邑")


def test_a_refusal_says_what_happened_and_what_to_do_next() -> None:
    assert (REFUSAL.sentence("zh"), REFUSAL.next_step("en")) == ("协议未覆盖 备案。", "Go to 临邑.")
    assert str(REFUSAL) == "not-covered-by-agreement: No agreement covers 备案."


def test_its_code_is_its_name() -> None:
    assert (REFUSAL.code, REFUSAL.status) == ("not-covered-by-agreement", 409)


def test_a_text_has_exactly_two_languages() -> None:
    assert Text.from_json({"zh": "是", "en": "yes"}) == Text("是", "yes")
    for value in ({"zh": "是"}, {"zh": "是", "en": "yes", "fr": "oui"}, "是", None):
        with pytest.raises(ValueError, match="zh and en"):
            Text.from_json(value)


def test_an_event_holds_the_role_and_not_the_person() -> None:
    clerk = Actor("staff", "s-1", "370115", frozenset({"reception", "exit"}), office="hall")
    assert clerk.as_json("reception") == {"kind": "staff", "ref": "s-1", "role": "reception"}
    assert (clerk.may("reception"), clerk.may("examiner")) == (True, False)
    assert system("370115").may("system")
