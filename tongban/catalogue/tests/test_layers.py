import pytest

from tongban.catalogue.layers import Layer, LayerUnreadable, list_items, load_document, merge, read_layer
from tongban.catalogue.tests.factories import KEY, document

NATIONAL = Layer(
    "national",
    {
        "limits": {"promise": {"days": 5, "verified": True}},
        "points": [{"id": "a", "n": 1}, {"id": "b", "n": 1}],
        "audience": ["person"],
    },
)


def test_a_place_overrides_only_what_it_states():
    merged = merge([NATIONAL, Layer("371424", {"limits": {"promise": {"days": 2}}})])
    assert merged["limits"] == {"promise": {"days": 2, "verified": True}}
    assert merged["points"] == NATIONAL.content["points"]


def test_lists_of_things_are_merged_by_id():
    merged = merge([NATIONAL, Layer("371424", {"points": [{"id": "b", "n": 2}, {"id": "c", "n": 3}]})])
    assert merged["points"] == [{"id": "a", "n": 1}, {"id": "b", "n": 2}, {"id": "c", "n": 3}]


def test_plain_lists_are_replaced():
    assert merge([NATIONAL, Layer("370000", {"audience": ["organisation"]})])["audience"] == ["organisation"]


def test_the_layer_of_every_value_is_kept():
    merged = merge(
        [
            NATIONAL,
            Layer("370000", {"points": [{"id": "b", "n": 2}]}),
            Layer("371424", {"limits": {"promise": {"days": 2}}}),
        ]
    )
    assert merged["layers"] == ["national", "370000", "371424"]
    assert merged["origins"] == {"points[b].n": "370000", "limits.promise.days": "371424"}


def test_merging_leaves_the_layers_as_they_were():
    before = repr(NATIONAL)
    merge([NATIONAL, Layer("371424", {"points": [{"id": "a", "n": 9}]})])
    assert repr(NATIONAL) == before


def test_linyi_says_its_own_name_and_marks_its_promise_as_a_proposal():
    merged = document()
    assert merged["department"]["zh"] == "临邑县医疗保障经办机构"
    assert merged["limits"]["promise"]["verified"] is False
    assert merged["limits"]["counter"] == {
        "days": 0,
        "verified": True,
        "cited": "医保办函〔2021〕7号，转引自公开办事指南",
    }


def test_a_place_without_a_file_takes_the_province_and_the_nation():
    merged = load_document(KEY, "371425")
    assert merged["layers"] == ["national", "370000"]
    assert merged["region"] == "371425"


def test_the_shipped_services_are_listed():
    assert KEY in list_items()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("layer: x\na: 1\na: 2\n", "stands twice"),
        ("layer: other\n", "must begin with layer: x"),
        ("layer: x\na: {b: c?, d}: e}\n", "line 2"),
        ("- a\n", "must begin"),
    ],
)
def test_a_careless_file_is_refused_with_the_reason(tmp_path, text, reason):
    (tmp_path / "x.yaml").write_text(text)
    with pytest.raises(LayerUnreadable, match=reason):
        read_layer(tmp_path / "x.yaml")
