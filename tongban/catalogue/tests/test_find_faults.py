"""Every fault is found before anything is published, each with its path, in both languages."""

import pytest

from tongban.catalogue.checks import BadDefinition, find_faults
from tongban.catalogue.layers import list_items, load_document
from tongban.catalogue.reading import read_definition
from tongban.catalogue.tests.factories import document, item
from tongban.kernel.crypto import SUITES


@pytest.mark.parametrize("region", ["370115", "371424", "371621", "110101"])
@pytest.mark.parametrize("key", list_items())
def test_what_is_shipped_has_no_fault(key, region):
    assert find_faults(load_document(key, region)) == []


def _drop_basis(d):
    item(d, "points", "residence")["basis"] = []


def _drop_points(d):
    item(d, "situations", "referral")["points"] = []


def _drop_issuer(d):
    del item(d, "materials", "referral-letter")["issuer"]


def _slow_promise(d):
    d["limits"]["legal"] = {"days": 1, "verified": True}


def _unknown_element(d):
    item(d, "points", "insured")["conditions"] = ["insured.state == 'normal'"]


def _wrong_type(d):
    item(d, "points", "insured")["conditions"] = ["insured.status == 1"]


def _nowhere(d):
    item(d, "questions", "care")["options"][0]["next"] = {"question": "nothing"}


def _circle(d):
    item(d, "questions", "letter")["options"][1]["next"] = {"question": "category"}


def _no_source(d):
    item(d, "elements", "today")["sources"] = []


def _stranger(d):
    item(d, "elements", "today")["sources"] = ["rumour"]


def _not_asked(d):
    item(d, "situations", "referral")["fields"].remove("filing.start_on")


def _licence_word(d):
    item(d, "papers", "refusal-notice")["name"]["zh"] = "不予行政许可决定书"


def _fee(d):
    d["fee"]["fen"] = 1000


def _slow_counter(d):
    d["limits"]["counter"]["days"] = 1


def _double(d):
    d["points"].append(d["points"][0])


def _unmarked(d):
    del d["fee"]["verified"]


def _one_language(d):
    del d["name"]["en"]


def _fraction(d):
    d["fee"]["fen"] = 0.5


def _stray(d):
    d["colour"] = "red"


def _bad_day(d):
    d["valid_from"] = "2026-13-01"


def _too_many(d):
    item(d, "points", "letter").update(mode="at_least", at_least=3)


def _mute_correction(d):
    del item(d, "points", "start")["correct"]


def _mute_demand(d):
    del item(d, "points", "pledge")["demand"]


def _untold_waiver(d):
    del item(d, "materials", "residence-permit")["waived"]


def _any_file(d):
    del item(d, "materials", "referral-letter")["media_types"]


def _empty_pledge(d):
    del item(d, "materials", "pledge")["template"]


def _long(d):
    d["contacts"] = [{"id": f"c{n}", "name": {"zh": "长" * 900, "en": "x"}} for n in range(40)]


def _unknown_law(d):
    d["data"]["basis"] = ["custom"]


def _unknown_proof(d):
    item(d, "situations", "long_term_pledge")["follow_up"]["material"] = "oath"


def _uneven(d):
    item(d, "questions", "letter")["compare"]["rows"][0]["cells"].pop()
    item(d, "questions", "letter")["compare"]["rows"][0]["cells"] *= 3


MISTAKES = [
    (_unknown_law, "data.basis", "custom"),
    (_unknown_proof, "situations[long_term_pledge].follow_up.material", "oath"),
    (_uneven, "questions[letter].compare.rows[0]", "格数"),
    (_drop_basis, "points[residence].basis", "法律依据"),
    (_drop_points, "situations[referral].points", "审查要点"),
    (_drop_issuer, "materials[referral-letter].issuer", "出具单位"),
    (_slow_promise, "limits.promise", "法定时限"),
    (_unknown_element, "points[insured].conditions[0]", "insured.state"),
    (_wrong_type, "points[insured].conditions[0]", "无法使用"),
    (_nowhere, "questions[care].options[inpatient].next", "nothing"),
    (_circle, "questions[category]", "绕回"),
    (_no_source, "elements[today].sources", "至少要有一项"),
    (_stranger, "elements[today].sources", "rumour"),
    (_not_asked, "situations[referral].fields", "filing.start_on"),
    (_licence_word, "papers[refusal-notice].name", "许可"),
    (_fee, "fee.basis", "依据"),
    (_slow_counter, "limits.counter", "即办件"),
    (_double, "points", "identity"),
    (_unmarked, "fee", "缺少"),
    (_one_language, "name", "缺少"),
    (_fraction, "$", "严格"),
    (_stray, "$", "不认识"),
    (_bad_day, "valid_from", "日期"),
    (_too_many, "points[letter].at_least", "条件个数"),
    (_mute_correction, "points[start].correct", "字段"),
    (_mute_demand, "points[pledge].demand", "材料"),
    (_untold_waiver, "materials[residence-permit].waived", "原因"),
    (_any_file, "materials[referral-letter].media_types", "文件类型"),
    (_empty_pledge, "materials[pledge].template", "正文"),
    (_long, "$", "字节"),
]  # fmt: skip


@pytest.mark.parametrize(("mistake", "path", "said"), MISTAKES, ids=lambda value: getattr(value, "__name__", None))
def test_each_mistake_is_named_with_its_path(mistake, path, said):
    wrong = document()
    mistake(wrong)
    found = [fault for fault in find_faults(wrong) if fault.path == path]
    assert found
    assert said in found[0].text.zh
    assert found[0].text.en


def test_all_mistakes_are_told_at_once():
    wrong = document()
    for mistake in (_drop_basis, _drop_issuer, _fee):
        mistake(wrong)
    with pytest.raises(BadDefinition) as refused:
        read_definition(wrong, suite=SUITES[1])
    assert [fault.path for fault in refused.value.faults] == [
        "points[residence].basis",
        "materials[referral-letter].issuer",
        "fee.basis",
    ]
    assert "3 处错误" in refused.value.sentence("zh")


def test_what_a_newer_version_added_is_no_fault_when_it_comes_from_a_peer():
    newer = document(colour="red")
    newer["name"]["fr"] = "Déclaration"
    assert read_definition(newer, suite=SUITES[1], strict=False).name.zh == "异地就医备案"
