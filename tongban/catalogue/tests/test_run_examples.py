"""An example that comes out otherwise says so in words; the shipped ones stand in `test_services_data.py`."""

import pytest

from tongban.catalogue.examples import Example, load_examples, run_example
from tongban.catalogue.layers import LayerUnreadable
from tongban.catalogue.tests.factories import KEY, definition


def test_what_differs_is_said_in_words():
    wrong = Example(
        "x", "错", "371424", {"care": "emergency"}, "", "cancel", {}, {"lock": True, "stray": False}, "approve"
    )
    said = run_example(wrong, definition()).differs
    assert "the questions lead to deemed_filed, cancel expected" in said
    assert "lock: unknown, true expected" in said
    assert "stray: no such point here" in said and "outcome refer, approve expected" in said


def test_a_careless_file_is_refused_with_its_name(tmp_path):
    folder = tmp_path / KEY / "examples"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text("region: x\n")
    with pytest.raises(LayerUnreadable, match=r"a\.yaml"):
        load_examples(KEY, root=tmp_path)
