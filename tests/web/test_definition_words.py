"""Whatever stands in a shipped definition is told in words: no id of a thing, no sign of a condition."""

import pytest

from tests.cast import LINYI
from tongban.catalogue.differing import take_apart
from tongban.catalogue.layers import list_items, load_document
from tongban.kernel.text import Text
from tongban.web.staff.definition_words import DefinitionWords

SIGNS = ("==", "!=", "&&", "||", ">=", "<=")


@pytest.mark.parametrize("key", list_items())
def test_everything_of_a_definition_is_told_in_words(key: str) -> None:
    document = load_document(key, LINYI)
    words = DefinitionWords([document])
    for path, thing in take_apart(document, shared={one["id"] for one in document["situations"]}).items():
        said = " ".join(line.zh for line in words.lines(path, thing.aspects))
        assert not any(sign in said for sign in SIGNS), (path, said)
        assert words.label(path, Text(path, path)).zh != path, path


def test_refs_options_money_and_days_are_told_as_people_say_them() -> None:
    document = load_document("remote-medical-filing", LINYI)
    words = DefinitionWords([document])
    material, field = document["materials"][0], document["fields"][0]["element"]
    assert words.lines("audience", {"value": ["person", "organisation"]})[0].zh == "个人、企业和组织"
    assert words.lines("points[x]", {"demand": [material["id"]]})[0].zh.endswith(material["name"]["zh"])
    assert field not in words.lines("points[x]", {"correct": [field]})[0].zh
    assert words.lines("fee", {"fen": 1550})[0].zh == "金额：15.50 元"
    assert words.lines("limits.promise", {"days": 3})[0].zh == "天数：3 个工作日"
    assert words.lines("limits.counter", {"days": 0})[0].zh == "天数：当场"


def test_what_one_version_cannot_name_the_other_does() -> None:
    document = load_document("disability-subsidies", LINYI)
    condition = next(point["conditions"][0] for point in document["points"])
    words = DefinitionWords([{**document, "elements": [], "materials": []}, document])
    assert words.lines("points[x]", {"conditions": [condition]})[0].zh != f"条件：{condition}"
    assert words.sources("points[x]", {"conditions": [condition]}) == [condition]
    assert words.lines("points[x]", {"conditions": ["nothing.known == 1"]})[0].zh == "条件：nothing.known == 1"
