"""From CEL text to a typed tree: a bounded recursive descent. What CEL has beyond this is listed in docs/reference/rules.md.

Whatever the text is, the answer is a tree or `BadCondition` with the place of the mistake, in time linear in its length.
"""

import re
from collections.abc import Mapping
from typing import NoReturn

from tongban.kernel.text import Text
from tongban.rules.facts import ElementType
from tongban.rules.faults import BadCondition
from tongban.rules.inference import check, infer, resolve
from tongban.rules.tokens import Token, read_tokens
from tongban.rules.tree import FUNCTIONS, Binary, Call, Conditional, Element, InList, Literal, Node, Unary, children
from tongban.rules.wording import read_text

MAX_NESTING = 40
MAX_DEPTH = 100
MAX_INTEGER = 2**63 - 1
ELEMENT_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
LEVELS = (("||",), ("&&",), ("==", "!=", "<", "<=", ">", ">=", "in"), ("+", "-"), ("*", "/", "%"))
"""Operators from the loosest to the tightest; those of one level are read from the left."""
WORDS = {"true": True, "false": False}
RESERVED = re.compile(
    "as|break|const|continue|else|for|function|if|import|in|let|loop|namespace|null|package|return|var|void|while"
)
NOT_A_NAME = Text("不是要素名称", "not an element name")
TOO_DEEP = Text("嵌套过深", "nested too deeply")
AT_END = Text("表达式不完整", "Syntax error: the expression is not complete")
UNEXPECTED = Text("此处不应有“{it}”", "Syntax error: '{it}' is not expected here")
NO_LIST = Text("“in”后面应为用方括号写出的列表", "Syntax error: 'in' wants a list in square brackets")
LIST_ALONE = Text("列表只能用在“in”后面", "a list is allowed only behind 'in'")
NO_FRACTIONS = Text("只能使用整数，金额以分计", "only whole numbers; money is in fen")
TOO_GREAT = Text("整数超出64位", "the integer has more than 64 bits")
BAD_ESCAPE = Text("文本中的转义不正确", "Syntax error: an escape in the text is wrong")
IS_RESERVED = Text("“{it}”是保留字", "'{it}' is a reserved word")
NO_FUNCTION = Text("函数“{it}”不可用", "the function '{it}' is not allowed")
NO_METHOD = Text("方法“{it}”不可用", "the method '{it}' is not allowed")


def parse(source: str, elements: Mapping[str, ElementType]) -> Node:
    """The tree of an expression over these elements, of whatever type. Raises `BadCondition`."""
    for name in elements:
        if not ELEMENT_NAME.fullmatch(name):
            raise BadCondition(name, 0, NOT_A_NAME)
    tree = resolve(_read(source), elements, source)
    check(tree, source)
    return tree


def parse_inferring(source: str, values: Mapping[str, object]) -> Node:
    """Like `parse` where no vocabulary is given: types come from the values and from how the expression uses its names."""
    tree = _read(source)
    tree = resolve(tree, infer(tree, values), source)
    check(tree, source)
    return tree


def _read(source: str) -> Node:
    reader = _Reader(source)
    tree = reader.expression()
    if reader.token.kind != "end":
        reader.refuse()
    _bound(tree, source)
    return tree


def _bound(tree: Node, source: str) -> None:
    """Level by level: a tree that is too deep must not be recursed into."""
    level = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in children(node)]
    if level:
        raise BadCondition(source, level[0].at, TOO_DEEP)


class _Reader:
    """Reads tokens one after the other; `token` is the next one."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = read_tokens(source)
        self.position = 0
        self.nesting = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def advance(self) -> Token:
        token = self.token
        self.position += 1
        return token

    def take(self, text: str) -> bool:
        """Is this sign next? Then it is read. The sign, not a text that looks like it."""
        if self.token.text != text or self.token.kind == "text":
            return False
        self.position += 1
        return True

    def expect(self, text: str) -> None:
        if not self.take(text):
            self.refuse()

    def refuse(self, reason: Text | None = None, *, at: int | None = None, **words: str) -> NoReturn:
        reason = reason or (AT_END if self.token.kind == "end" else UNEXPECTED)
        raise BadCondition(self.source, self.token.at if at is None else at, reason, **{"it": self.token.text, **words})

    def expression(self) -> Node:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            self.refuse(TOO_DEEP)
        node = self.binary(0)
        if self.take("?"):
            then = self.binary(0)
            self.expect(":")
            node = Conditional(node, then, self.expression(), node.at)
        self.nesting -= 1
        return node

    def binary(self, level: int) -> Node:
        if level == len(LEVELS):
            return self.unary()
        node = self.binary(level + 1)
        while self.token.text in LEVELS[level] and self.token.kind != "text":
            operator = self.advance().text
            if operator == "in":
                node = InList(node, self.options(), node.at)
            else:
                node = Binary(operator, node, self.binary(level + 1), node.at)
        return node

    def options(self) -> tuple[Node, ...]:
        if self.token.text != "[" or self.token.kind == "text":
            self.refuse(NO_LIST)
        self.advance()
        return self.listed("]", spare_comma=True)

    def listed(self, end: str, *, spare_comma: bool = False) -> tuple[Node, ...]:
        """Expressions with commas between them up to `end`."""
        nodes: list[Node] = []
        while not self.take(end):
            if nodes:
                self.expect(",")
                if spare_comma and self.take(end):
                    break
            nodes.append(self.expression())
        return tuple(nodes)

    def unary(self) -> Node:
        signs: list[Token] = []
        while self.token.kind == "sign" and self.token.text in ("!", "-"):
            signs.append(self.advance())
        if signs and signs[-1].text == "-" and self.token.kind == "number":
            node = self.number(sign=signs.pop())
        else:
            node = self.member()
        for sign in reversed(signs):
            node = Unary(sign.text, node, sign.at)
        return node

    def member(self) -> Node:
        node = self.primary()
        while self.take("."):
            node = self.method(node)
        return node

    def method(self, receiver: Node) -> Node:
        token = self.token
        known = FUNCTIONS.get(token.text)
        # size(x) may also be written x.size(), as CEL has it.
        if token.kind != "word" or known is None or not (known.method or token.text == "size"):
            self.refuse(NO_METHOD)
        self.advance()
        self.expect("(")
        return Call(token.text, (receiver, *self.listed(")")), receiver.at)

    def primary(self) -> Node:
        token = self.token
        if token.kind == "number":
            return self.number()
        if token.kind == "text":
            return self.text()
        if token.kind == "word":
            return self.word()
        if not self.take("("):
            self.refuse(LIST_ALONE if token.text == "[" else None)
        node = self.expression()
        self.expect(")")
        return node

    def number(self, sign: Token | None = None) -> Node:
        token = self.advance()
        end, limit = token.at + len(token.text), MAX_INTEGER + (sign is not None)
        if re.match(r"\.[0-9]|[A-Za-z_]", self.source[end : end + 2]):
            self.refuse(NO_FRACTIONS, at=token.at)
        value = int(token.text, 16 if token.text.startswith("0x") else 10)
        if value > limit:
            self.refuse(TOO_GREAT, at=token.at)
        return Literal(-value, sign.at) if sign else Literal(value, token.at)

    def text(self) -> Node:
        token = self.advance()
        value = read_text(token.text)
        if value is None:
            self.refuse(BAD_ESCAPE, at=token.at)
        return Literal(value, token.at)

    def word(self) -> Node:
        token = self.advance()
        if token.text in WORDS:
            return Literal(WORDS[token.text], token.at)
        if RESERVED.fullmatch(token.text):
            self.refuse(IS_RESERVED, at=token.at, it=token.text)
        if self.take("("):
            return self.call(token)
        return self.element(token)

    def call(self, name: Token) -> Node:
        known = FUNCTIONS.get(name.text)
        if known is None or known.method:
            self.refuse(NO_FUNCTION, at=name.at, it=name.text)
        return Call(name.text, self.listed(")"), name.at)

    def element(self, first: Token) -> Node:
        """A dotted name; a word before a bracket is no longer part of it but a method."""
        words = [first.text]
        while self.token.text == "." and self._names(1) and not self._is_sign(2, "("):
            self.position += 1
            words.append(self.advance().text)
        # Its type is found when the whole is read.
        return Element(".".join(words), "text", first.at)

    def _names(self, ahead: int) -> bool:
        token = self.tokens[min(self.position + ahead, len(self.tokens) - 1)]
        return token.kind == "word" and token.text not in (*WORDS, "in", "null")

    def _is_sign(self, ahead: int, text: str) -> bool:
        token = self.tokens[min(self.position + ahead, len(self.tokens) - 1)]
        return token.kind == "sign" and token.text == text
