"""Texts and trees as CEL writes them: `read_text` and `write`, which turn into each other."""

import re

from tongban.rules.tree import FUNCTIONS, Binary, Call, Conditional, Element, InList, Literal, Node, Unary

ESCAPE = re.compile(
    r"\\(?:(?P<one>[abfnrtv\\'\"`?])|[xX](?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})|(?P<o>[0-3][0-7]{2})|(?P<bad>[\s\S]))"
)
SINGLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
WRITTEN = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
CONDITIONAL, UNARY, PRIMARY = 0, 6, 7
BINDS = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "in": 3, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5,
}  # fmt: skip


def read_text(token: str) -> str | None:
    """The text that a token with its quotes stands for; None for an escape that CEL does not have."""
    raw = token[0] in "rR"
    quoted = token[raw:]
    quotes = 3 if quoted[:3] in ('"""', "'''") and len(quoted) > 5 else 1
    text = quoted[quotes:-quotes]
    if raw or "\\" not in text:
        return text
    try:
        return ESCAPE.sub(_unescape, text)
    except ValueError:
        return None


def _unescape(found: re.Match[str]) -> str:
    kind, text = str(found.lastgroup), found[str(found.lastgroup)]
    if kind == "bad":
        raise ValueError("no such escape")
    if kind == "one":
        return SINGLE.get(text, text)
    code = int(text, 8 if kind == "o" else 16)
    if 0xD800 <= code < 0xE000:
        raise ValueError("half a character")
    return chr(code)


def write_text(value: str) -> str:
    return '"' + "".join(WRITTEN.get(character, character) for character in value) + '"'


def write(node: Node) -> str:
    """The CEL text of a tree, with no bracket too many; parsed again it gives the same tree."""
    return _write(node, CONDITIONAL)


def _write(node: Node, binds: int) -> str:
    text, own = _plain(node)
    return text if own >= binds else f"({text})"


def _plain(node: Node) -> tuple[str, int]:
    """The text and how tightly it holds together."""
    match node:
        case Literal(value=value):
            return _literal(value), UNARY if not isinstance(value, str) and value < 0 else PRIMARY
        case Element(name=name):
            return name, PRIMARY
        case Unary():
            return node.operator + _operand(node), UNARY
        case Binary():
            own = BINDS[node.operator]
            return f"{_write(node.left, own)} {node.operator} {_write(node.right, own + 1)}", own
        case Conditional():
            test, then, otherwise = _write(node.test, 1), _write(node.then, 1), write(node.otherwise)
            return f"{test} ? {then} : {otherwise}", CONDITIONAL
        case Call():
            return _call(node), PRIMARY
        case InList():
            own = BINDS["in"]
            return f"{_write(node.item, own)} in [{_listed(node.options)}]", own


def _literal(value: bool | int | str) -> str:
    if isinstance(value, str):
        return write_text(value)
    return str(value).lower()


def _operand(node: Unary) -> str:
    # "-3" is a literal, so that a minus before 3 keeps its bracket.
    bare = isinstance(node.operand, Literal) and node.operator == "-"
    return f"({write(node.operand)})" if bare else _write(node.operand, UNARY)


def _call(node: Call) -> str:
    if not FUNCTIONS[node.function].method:
        return f"{node.function}({_listed(node.arguments)})"
    receiver, *rest = node.arguments
    return f"{_write(receiver, PRIMARY)}.{node.function}({_listed(tuple(rest))})"


def _listed(nodes: tuple[Node, ...]) -> str:
    return ", ".join(write(node) for node in nodes)
