"""Our evaluation and two others agree on random typed rules, with values missing and computations failing."""

from hypothesis import assume, given, settings

from tongban.rules.evaluation import Open, evaluate_tree
from tongban.rules.tests import drawing
from tongban.rules.tests.second import evaluate_with_common, evaluate_with_google
from tongban.rules.wording import write


def _value(tree, values):
    outcome = evaluate_tree(tree, values)
    return None if isinstance(outcome, Open) else outcome


@settings(max_examples=400, deadline=None)
@given(drawing.trees, drawing.values)
def test_cel_in_cpp_agrees_with_missing_values(tree, values):
    assert evaluate_with_google(write(tree), values) is _value(tree, values)


@settings(max_examples=300, deadline=None)
@given(drawing.trees, drawing.full_values)
def test_cel_in_rust_agrees_on_known_values(tree, values):
    source = write(tree)
    # It counts bytes where CEL counts characters.
    assume("size(" not in source)
    assert evaluate_with_common(source, values) is _value(tree, values)
