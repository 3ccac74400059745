"""Types of a tree: taken from a vocabulary or inferred, then checked at every node."""

from collections.abc import Mapping
from dataclasses import replace

from tongban.kernel.text import Text
from tongban.rules.facts import ElementType
from tongban.rules.faults import BadCondition
from tongban.rules.tree import (
    ARITHMETIC,
    COMPARISON,
    FUNCTIONS,
    LOGIC,
    Binary,
    Call,
    Conditional,
    Element,
    InList,
    Literal,
    Node,
    Unary,
    children,
    walk,
    with_children,
)

TYPE_NAMES: Mapping[ElementType, Text] = {
    "text": Text("文本", "text"),
    "date": Text("日期", "date"),
    "integer": Text("整数", "integer"),
    "boolean": Text("是否", "boolean"),
}
UNDECLARED = Text("没有要素“{it}”", "undeclared reference to '{it}'")
NO_OVERLOAD = Text("“{it}”不能用于{zh}", "no matching overload: '{it}' does not take {en}")


def resolve(node: Node, elements: Mapping[str, ElementType], source: str) -> Node:
    """The tree with the type of each element. Raises `BadCondition` for a name that is none of them."""
    if isinstance(node, Element):
        if node.name not in elements:
            raise BadCondition(source, node.at, UNDECLARED, it=node.name)
        return replace(node, type=elements[node.name])
    return with_children(node, tuple(resolve(child, elements, source) for child in children(node)))


def check(node: Node, source: str) -> None:
    """Raises `BadCondition` at the first operator or function that does not take what it is given."""
    for child in children(node):
        check(child, source)
    if not _is_well_typed(node):
        types = [child.type for child in children(node)]
        words = {language: _listed(types, language) for language in ("zh", "en")}
        raise BadCondition(source, node.at, NO_OVERLOAD, it=_name(node), **words)


def _listed(types: list[ElementType], language: str) -> str:
    names = [TYPE_NAMES[type].in_(language) for type in types]
    return (", " if language == "en" else "、").join(names) or ("nothing" if language == "en" else "空")


def _name(node: Node) -> str:
    match node:
        case Unary() | Binary():
            return node.operator
        case Call():
            return node.function
        case Conditional():
            return "?"
        case _:
            return "in"


def _is_well_typed(node: Node) -> bool:
    match node:
        case Literal() | Element():
            return True
        case Unary():
            return _kind(node.operand) == node.type
        case Binary():
            return _takes(node.operator, _kind(node.left), _kind(node.right))
        case Conditional():
            return node.test.type == "boolean" and _kind(node.then) == _kind(node.otherwise)
        case Call():
            wanted = FUNCTIONS[node.function].takes
            return [KINDS[type] for type in wanted] == [_kind(one) for one in node.arguments]
        case InList():
            return all(_kind(one) == _kind(node.item) for one in node.options)


def _takes(operator: str, left: ElementType, right: ElementType) -> bool:
    if operator in LOGIC:
        return left == right == "boolean"
    if left != right:
        return False
    return operator in COMPARISON or left == "integer" or (operator == "+" and left == "text")


KINDS: Mapping[ElementType, ElementType] = {"text": "text", "date": "text", "integer": "integer", "boolean": "boolean"}


def _kind(node: Node) -> ElementType:
    return KINDS[node.type]


# Inference: names whose types nobody told are settled by what they are compared with, handed to, or joined by.

Kinds = dict[str, ElementType]


def infer(tree: Node, values: Mapping[str, object]) -> Kinds:
    """The type of each name in the tree. What nothing settles is text: then nothing depends on it."""
    names = {node.name for node in walk(tree) if isinstance(node, Element)}
    known: Kinds = {name: kind for name in names if (kind := _kind_of(values.get(name))) is not None}
    before = -1
    while before != len(known):
        before = len(known)
        _settle(tree, None, known)
    return {name: known.get(name, "text") for name in names}


def _kind_of(value: object) -> ElementType | None:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "text" if isinstance(value, str) else None


def _settle(node: Node, wanted: ElementType | None, known: Kinds) -> None:
    """Names become what is wanted of them, as far as that can be told already."""
    match node:
        case Literal():
            pass
        case Element(name=name):
            if wanted is not None:
                known.setdefault(name, wanted)
        case Unary():
            _settle(node.operand, node.type, known)
        case Binary(operator=operator):
            _settle_alike((node.left, node.right), _operands(operator, wanted), known)
        case Conditional():
            _settle(node.test, "boolean", known)
            _settle_alike((node.then, node.otherwise), wanted, known)
        case Call():
            for argument, type in zip(node.arguments, FUNCTIONS[node.function].takes, strict=False):
                _settle(argument, KINDS[type], known)
        case InList():
            _settle_alike((node.item, *node.options), None, known)


def _operands(operator: str, wanted: ElementType | None) -> ElementType | None:
    if operator in LOGIC:
        return "boolean"
    if operator in COMPARISON:
        return None
    return wanted if operator == "+" else "integer"


def _settle_alike(nodes: tuple[Node, ...], wanted: ElementType | None, known: Kinds) -> None:
    """All of one kind: what one of them tells holds for the others."""
    kind = wanted or next((kind for node in nodes if (kind := _told(node, known))), None)
    for node in nodes:
        _settle(node, kind, known)


def _told(node: Node, known: Kinds) -> ElementType | None:
    """The kind of a node, as far as it can be told."""
    match node:
        case Element(name=name):
            return known.get(name)
        case Binary(operator="+"):
            return _told(node.left, known) or _told(node.right, known)
        case Conditional():
            return _told(node.then, known) or _told(node.otherwise, known)
        case _:
            return "integer" if isinstance(node, Binary) and node.operator in ARITHMETIC else _kind(node)
