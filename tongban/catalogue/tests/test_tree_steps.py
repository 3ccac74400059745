"""The tree of questions changed step by step; after each step it can be walked."""

import pytest

from tongban.catalogue.checks import find_faults
from tongban.catalogue.parts import tree
from tongban.catalogue.parts.tree import OnlyTwoLeft, Target
from tongban.catalogue.tests.factories import document
from tongban.kernel.refusals import Missing

WORDS = {"zh": "其他", "en": "Something else"}


def options(after, question):
    return {
        one["id"]: one["next"] for asked in after["questions"] if asked["id"] == question for one in asked["options"]
    }


@pytest.fixture
def first():
    return document()["questions"][0]["id"]


def test_an_answer_is_added_and_leads_to_a_new_end(first):
    after, end = tree.end_here(document(), WORDS)
    after = tree.add_option(after, first, WORDS, end)
    assert options(after, first)["option-2"] == {"answer": end.id}
    assert find_faults(after) == []


def test_a_new_situation_begins_as_a_copy_of_another(first):
    after, copy = tree.copy_situation(document(), "referral", WORDS)
    after = tree.add_option(after, first, WORDS, copy)
    made = {one["id"]: one for one in after["situations"]}
    assert made[copy.id]["points"] == made["referral"]["points"] and made[copy.id]["name"] == WORDS
    assert find_faults(after) == []


def test_a_question_is_put_in_between_and_taken_out_again(first):
    option, before = next(iter(options(document(), first).items()))
    after = tree.ask_between(document(), first, option, WORDS)
    assert options(after, first)[option] == {"question": "question-2"} and find_faults(after) == []
    back = tree.skip(after, "question-2", Target.read(":".join(next(iter(before.items())))))
    assert back["questions"] == document()["questions"]


def test_what_nothing_leads_to_goes(first):
    end = Target("answer", document()["answers"][0]["id"])
    after = document()
    for option in options(after, first):
        after = tree.lead(after, first, option, end)
    assert [one["id"] for one in after["questions"]] == [first] and after["situations"] == []


def test_an_answer_moves_up_and_is_taken_away(first):
    ids = list(options(document(), first))
    after = tree.move_option(document(), first, ids[1], -1)
    assert list(options(after, first))[:2] == [ids[1], ids[0]]
    after = tree.add_option(document(), first, WORDS, Target("situation", "referral"))
    assert tree.drop_option(after, first, "option-2") == document()


def test_a_question_keeps_two_answers(first):
    after = document()
    with pytest.raises(OnlyTwoLeft):
        for option in options(after, first):
            after = tree.drop_option(after, first, option)


@pytest.mark.parametrize("step", [
    lambda d: tree.add_option(d, "nope", WORDS, Target("situation", "referral")), lambda d: tree.copy_situation(d, "nope", WORDS),
    lambda d: tree.move_option(d, d["questions"][0]["id"], "nope", 1), lambda d: tree.skip(d, d["questions"][0]["id"], Target("answer", "x")),
])  # fmt: skip
def test_what_is_not_there_is_not_changed(step):
    with pytest.raises(Missing):
        step(document())


def test_a_target_is_read_from_a_form():
    assert Target.read("question:matter") == Target("question", "matter")
    assert Target.read("nothing:x") is None and Target.read("question:") is None
