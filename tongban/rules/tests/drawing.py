"""Random typed rules and values, for properties that hold for all of them."""

from hypothesis import strategies as st

from tongban.rules.facts import ElementType
from tongban.rules.tree import Binary, Call, Conditional, Element, InList, Literal, Node, Unary

TYPES: dict[str, ElementType] = {
    "a.x": "boolean", "a.y": "boolean", "b.n": "integer", "b.m": "integer", "c.s": "text", "c.t": "text", "d.on": "date", "d.by": "date",
}  # fmt: skip
DAYS = ("2026-01-31", "2026-11-20", "2027-02-28")
TEXTS = ("", "正常", "normal", 'a"\\b\n', "2026-11-20", "370115")
VALUES = {
    "boolean": st.booleans(),
    "integer": st.integers(-3, 3),
    "text": st.sampled_from(TEXTS),
    "date": st.sampled_from(DAYS),
}
values = st.fixed_dictionaries({}, optional={name: VALUES[type] for name, type in TYPES.items()})
full_values = st.fixed_dictionaries({name: VALUES[type] for name, type in TYPES.items()})


def _element(*types: ElementType) -> st.SearchStrategy[Node]:
    return st.sampled_from([name for name, type in TYPES.items() if type in types]).map(lambda n: Element(n, TYPES[n]))


def _binary(operators: tuple[str, ...], left: st.SearchStrategy[Node], right: st.SearchStrategy[Node]):
    return st.builds(Binary, st.sampled_from(operators), left, right)


def _grow(leaves: st.SearchStrategy[Node], more, size: int) -> st.SearchStrategy[Node]:
    return st.recursive(leaves, more, max_leaves=size)


integers = _grow(
    st.one_of(_element("integer"), st.integers(-5, 5).map(Literal), st.just(Literal(2**63 - 1))),
    lambda inner: st.one_of(
        _binary(("+", "-", "*", "/", "%"), inner, inner), st.builds(lambda one: Unary("-", one), inner)
    ),
    3,
)
dates = st.one_of(
    _element("date"),
    st.sampled_from(DAYS).map(Literal),
    st.builds(
        lambda name, day, months: Call(name, (day, months)),
        st.sampled_from(["months_after", "days_after"]),
        _element("date"),
        integers,
    ),
)
texts = st.one_of(
    _element("text"), st.sampled_from(TEXTS).map(Literal), _binary(("+",), _element("text"), _element("text"))
)
counted = st.one_of(
    integers,
    st.builds(lambda a, b: Call("days_between", (a, b)), dates, dates),
    st.builds(lambda a, b: Call("age_on", (a, b)), dates, dates),
    st.builds(lambda one: Call("size", (one,)), texts),
)
compared = ("==", "!=", "<", "<=", ">", ">=")
leaves = st.one_of(
    _element("boolean"),
    st.booleans().map(Literal),
    _binary(compared, counted, counted),
    _binary(compared, dates, dates),
    _binary(compared, texts, texts),
    st.builds(InList, texts, st.lists(texts, max_size=3).map(tuple)),
    st.builds(InList, integers, st.lists(integers, max_size=3).map(tuple)),
    st.builds(
        lambda name, a, b: Call(name, (a, b)), st.sampled_from(["startsWith", "endsWith", "contains"]), texts, texts
    ),
)
trees: st.SearchStrategy[Node] = _grow(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda one: Unary("!", one), inner),
        _binary(("&&", "||", "&&", "||", "==", "!="), inner, inner),
        st.builds(Conditional, inner, inner, inner),
    ),
    6,
)
"""Boolean trees over `TYPES`."""

# Rules over small domains, in which everything can be tried.
SMALL: dict[str, tuple[bool | int | str, ...]] = {
    "a.x": (True, False),
    "a.y": (True, False),
    "b.n": (0, 1, 2),
    "c.s": ("", "normal"),
}
small_leaves = st.one_of(
    _element("boolean"),
    _binary(compared, st.just(Element("b.n", "integer")), st.integers(0, 2).map(Literal)),
    _binary(("==", "!="), st.just(Element("c.s", "text")), st.sampled_from(["", "normal"]).map(Literal)),
    st.just(Binary(">", Binary("/", Literal(1), Element("b.n", "integer")), Literal(0))),
)
small_trees: st.SearchStrategy[Node] = _grow(
    small_leaves,
    lambda inner: st.one_of(
        st.builds(lambda one: Unary("!", one), inner),
        _binary(("&&", "||"), inner, inner),
        st.builds(Conditional, inner, inner, inner),
    ),
    5,
)
