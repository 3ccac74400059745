import pytest

from tongban.catalogue.definition import NoSuchSituation
from tongban.catalogue.tests.factories import FORM, TODAY, definition

KNOWN = {"today": TODAY}
REFERRAL = {
    **FORM,
    "filing.end_on": "2027-02-28",
    "referral.hospital": "临邑县人民医院",
    "referral.letter_on": "2026-11-18",
}


def wrong(situation, **changes):
    elements = {**FORM, **{name.replace("__", "."): value for name, value in changes.items()}}
    errors = definition().check_answers(situation, elements, known=KNOWN)
    return {error.field: error.text.zh for error in errors}


def test_a_complete_form_is_right():
    assert wrong("long_term_permit", consent__residence_register=True) == {}
    assert definition().check_answers("referral", REFERRAL, known=KNOWN) == []


def test_consent_may_be_withheld_a_pledge_may_not():
    assert wrong("long_term_permit", consent__residence_register=False) == {}
    assert wrong("long_term_pledge", pledge__signed=False) == {"pledge.signed": "请阅读并勾选：已签个人承诺书。"}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("filing.address", "", "请填写就医地居住地址。"),
        ("filing.address", "长" * 121, "就医地居住地址不能超过120个字。"),
        ("filing.start_on", "2026-02-30", "备案开始日期的格式不正确。"),
        ("filing.start_on", "2026-11-19", "开始日期不能早于今天。"),
        ("filing.end_on", "2026-11-19", "结束日期不能早于开始日期。"),
        ("referral.letter_on", "2026-11-21", "转诊证明日期不能晚于今天。"),
        ("treat.region", "济阳", "就医地的格式不正确。"),
        ("treat.region", 370115, "就医地的格式不正确。"),
    ],
)
def test_each_mistake_is_named_at_its_field(field, value, said):
    errors = definition().check_answers("referral", {**REFERRAL, field: value}, known=KNOWN)
    assert [(error.field, error.text.zh) for error in errors] == [(field, said)]


def test_mistakes_come_in_the_order_of_the_form():
    errors = definition().check_answers("long_term_pledge", {})
    assert [error.field for error in errors] == ["treat.region", "filing.start_on", "filing.address", "pledge.signed"]


def test_what_was_not_asked_is_not_taken():
    assert "referral.confirmed" in wrong("long_term_permit", referral__confirmed=True)


def test_an_unknown_situation_is_refused():
    with pytest.raises(NoSuchSituation):
        definition().fields("made-up")
