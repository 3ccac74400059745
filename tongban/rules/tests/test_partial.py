"""What is left of a rule once some values are known: no question that matters is dropped, tried on every value of small domains."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.kernel.text import Text
from tongban.rules.evaluation import Open, evaluate_tree, partial
from tongban.rules.expression import compile_condition
from tongban.rules.points import Point, RuleSet, evaluate
from tongban.rules.questions import can_matter
from tongban.rules.tests import drawing
from tongban.rules.tests.drawing import SMALL, TYPES
from tongban.rules.tests.factories import WORDS, facts
from tongban.rules.tree import elements_in
from tongban.rules.wording import write

UNKNOWN = None
known_of_small = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in SMALL.items()})


def completions(known):
    """Every way in which more may become known, also only in part."""
    names = [name for name in SMALL if name not in known]
    for values in product(*((UNKNOWN, *SMALL[name]) for name in names)):
        yield known | {name: value for name, value in zip(names, values, strict=True) if value is not UNKNOWN}


def value_of(tree, values):
    outcome = evaluate_tree(tree, values)
    return UNKNOWN if isinstance(outcome, Open) else outcome


@settings(max_examples=150, deadline=None)
@given(drawing.small_trees, known_of_small)
def test_what_is_left_comes_to_the_same_for_every_completion(tree, known):
    rest = partial(tree, known)
    assert not set(elements_in(rest)) & set(known)
    assert all(value_of(rest, values) is value_of(tree, values) for values in completions(known))


@settings(max_examples=150, deadline=None)
@given(drawing.small_trees, known_of_small)
def test_what_is_missing_is_what_could_settle_it(tree, known):
    outcome = evaluate_tree(tree, known)
    if isinstance(outcome, Open):
        assert not set(outcome.missing) & set(known)
        others = [v for v in completions(known) if not set(v) & set(outcome.missing)]
        assert all(value_of(tree, values) is UNKNOWN for values in others)


def _point(trees, mode, at_least, on_false, on_unknown):
    conditions = tuple(compile_condition(write(tree), elements=TYPES) for tree in trees)
    at_least = min(at_least, len(conditions))
    rules = {"mode": mode, "at_least": at_least, "on_false": on_false, "on_unknown": on_unknown}
    return Point("p", Text("", ""), conditions, (), WORDS, **rules)


points = st.builds(
    _point,
    st.lists(drawing.small_trees, min_size=1, max_size=2),
    st.sampled_from(["all", "any", "not", "at_least"]),
    st.integers(1, 3),
    st.sampled_from(["correct", "correct", "refer"]),
    st.sampled_from(["ask", "ask", "refer"]),
)


@settings(max_examples=250, deadline=None)
@given(st.lists(points, max_size=3), known_of_small)
def test_no_question_that_matters_is_dropped(some, known):
    rule_set = RuleSet(tuple(some))
    asked = can_matter(rule_set, facts(**known))
    outcomes = {}
    for values in completions(known):
        rest = tuple(sorted((name, value) for name, value in values.items() if name in asked))
        outcome = evaluate(rule_set, facts(**values)).outcome
        assert outcomes.setdefault(rest, outcome) == outcome


def test_a_question_whose_answer_changes_nothing_is_not_asked():
    settled = _point([_tree("a.x"), _tree("b.n > 1")], "all", 1, "correct", "ask")
    lighter = _point([_tree("a.y")], "all", 1, "correct", "ask")
    refers = _point([_tree("c.s == 'normal'")], "all", 1, "refer", "refer")
    assert can_matter(RuleSet((settled, lighter)), facts(**{"a.x": False})) == ("a.y",)
    assert can_matter(RuleSet((settled, lighter, refers)), facts(**{"c.s": ""})) == ()


def test_the_cheapest_source_is_asked_first():
    rule_set = RuleSet((_point([_tree("a.x && a.y && b.n > 1")], "all", 1, "refer", "ask"),))
    assert can_matter(rule_set, {}) == ("a.x", "a.y", "b.n")
    assert can_matter(rule_set, {}, costs={"a.x": 2, "a.y": 1}) == ("b.n", "a.y", "a.x")


def _tree(source):
    return compile_condition(source, elements=TYPES).tree
