"""A rule as a sentence, in Chinese and English, made from its tree: no hand-written text can disagree with the rule."""

from collections.abc import Callable, Iterable

from tongban.kernel.text import Text
from tongban.rules.facts import Value, Vocabulary
from tongban.rules.tree import ORDER, Binary, Call, Conditional, Element, InList, Literal, Node, Unary, children

NO_WORDS = Vocabulary()
EQUAL = {"==": Text("{0}为{1}", "{0} is {1}"), "!=": Text("{0}不为{1}", "{0} is not {1}")}
ORDERED = {
    "<": Text("{0}小于{1}", "{0} is less than {1}"),
    "<=": Text("{0}不超过{1}", "{0} is at most {1}"),
    ">": Text("{0}大于{1}", "{0} is more than {1}"),
    ">=": Text("{0}不少于{1}", "{0} is at least {1}"),
}
IN_TIME = {
    "<": Text("{0}早于{1}", "{0} is before {1}"),
    "<=": Text("{0}不晚于{1}", "{0} is not after {1}"),
    ">": Text("{0}晚于{1}", "{0} is after {1}"),
    ">=": Text("{0}不早于{1}", "{0} is not before {1}"),
}
OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
TURNED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
JOINED = {"&&": Text("{0}，且{1}", "{0} and {1}"), "||": Text("{0}，或者{1}", "{0} or {1}")}
IS = Text("{0}：是", "{0}: yes")
IS_NOT = Text("{0}：否", "{0}: no")
ALWAYS = {True: Text("总是符合", "always met"), False: Text("总不符合", "never met")}
NOT = Text("并非（{0}）", "not ({0})")
BRACKETS = Text("（{0}）", "({0})")
SAME_TRUTH = {
    "==": Text("（{0}）与（{1}）同时成立或同时不成立", "({0}) exactly when ({1})"),
    "!=": Text("（{0}）与（{1}）只有一项成立", "either ({0}) or ({1})"),
}
IF = Text("如果{0}，则{1}；否则{2}", "if {0}, then {1}; otherwise {2}")
ONE_OF = Text("{0}为以下之一：{1}", "{0} is one of: {1}")
NONE_OF = Text("{0}不为以下任何一项：{1}", "{0} is none of: {1}")
EMPTY = Text("空", "empty")
QUOTED = Text("“{0}”", "“{0}”")
FUNCTIONS = {
    "days_between": Text("{0}到{1}的天数", "the days from {0} to {1}"),
    "days_after": Text("{0}之后{1}天", "{1} days after {0}"),
    "months_after": Text("{0}之后{1}个月", "{1} months after {0}"),
    "age_on": Text("出生于{0}者在{1}的周岁", "the age on {1} of somebody born on {0}"),
    "working_days_between": Text("{0}到{1}的工作日数", "the working days from {0} to {1}"),
    "working_days_after": Text("{0}之后{1}个工作日", "{1} working days after {0}"),
    "is_in": Text("{0}属于{1}", "{0} lies in {1}"),
    "same_pooling_area": Text("{0}与{1}属于同一统筹区", "{0} and {1} share a pooling area"),
    "size": Text("{0}的字数", "the length of {0}"),
    "startsWith": Text("{0}以{1}开头", "{0} begins with {1}"),
    "endsWith": Text("{0}以{1}结尾", "{0} ends with {1}"),
    "contains": Text("{0}含有{1}", "{0} contains {1}"),
    "matches": Text("{0}符合格式{1}", "{0} has the form {1}"),
}

Say = Callable[[str, Value], Text]


def say_rule(node: Node, words: Vocabulary = NO_WORDS, *, say: Say | None = None) -> Text:
    """What must hold, with the words of the vocabulary. `say` knows better ones for values, e.g. names of places."""
    return _Speaker(words, say or words.value).truth(node)


class _Speaker:
    """`truth` says a boolean as a statement, `value` anything as a phrase."""

    def __init__(self, words: Vocabulary, say: Say) -> None:
        self.words = words
        self.say = say

    def truth(self, node: Node, *, holds: bool = True) -> Text:
        match node:
            case Literal(value=value):
                return ALWAYS[bool(value) is holds] if isinstance(value, bool) else self.value(node)
            case Element(type="boolean", name=name):
                return _fill(IS if holds else IS_NOT, self.words.element(name))
            case Unary(operator="!"):
                return self.truth(node.operand, holds=not holds)
            case Binary(operator="&&" | "||"):
                # What does not hold is told side by side: not both is one not or the other not.
                operator = node.operator if holds else ("||" if node.operator == "&&" else "&&")
                return _fill(JOINED[operator], *(self.part(one, operator, holds) for one in (node.left, node.right)))
            case Binary() if node.type == "boolean":
                return self.comparison(node, holds)
            case InList():
                options = _listed(self.held_against(node.item, option) for option in node.options)
                return _fill(ONE_OF if holds else NONE_OF, self.value(node.item), options)
            case Conditional():
                return _fill(
                    IF,
                    self.truth(node.test),
                    self.truth(node.then, holds=holds),
                    self.truth(node.otherwise, holds=holds),
                )
            case _:
                return self.value(node) if holds else _fill(NOT, self.value(node))

    def part(self, node: Node, joined_by: str, holds: bool) -> Text:
        text = self.truth(node, holds=holds)
        bare = node
        while isinstance(bare, Unary):
            bare, holds = bare.operand, not holds
        is_other = isinstance(bare, Binary) and bare.operator in JOINED and (bare.operator == joined_by) is not holds
        return _fill(BRACKETS, text) if is_other or isinstance(bare, Conditional) else text

    def comparison(self, node: Binary, holds: bool) -> Text:
        operator, left, right = node.operator, node.left, node.right
        if isinstance(left, Literal) and not isinstance(right, Literal):
            operator, left, right = TURNED[operator], right, left
        operator = operator if holds else OPPOSITE[operator]
        if left.type == "boolean":
            return self.same_truth(operator, left, right)
        if operator not in ORDER:
            pattern = EQUAL[operator]
        else:
            pattern = (ORDERED if left.type == "integer" else IN_TIME)[operator]
        return _fill(pattern, self.value(left), self.held_against(left, right))

    def same_truth(self, operator: str, left: Node, right: Node) -> Text:
        if isinstance(right, Literal) and operator in EQUAL:
            return self.truth(left, holds=right.value is (operator == "=="))
        if operator in SAME_TRUTH:
            return _fill(SAME_TRUTH[operator], self.truth(left), self.truth(right))
        return _fill(ORDERED[operator], _fill(BRACKETS, self.truth(left)), _fill(BRACKETS, self.truth(right)))

    def held_against(self, left: Node, right: Node) -> Text:
        """A written value is said in the words of the element it is compared with."""
        if isinstance(left, Element) and isinstance(right, Literal) and right.value != "":
            return self.say(left.name, right.value)
        return self.value(right)

    def value(self, node: Node) -> Text:
        match node:
            case Literal(value=bool()) | Unary(operator="!") | InList() | Conditional(type="boolean"):
                return _fill(BRACKETS, self.truth(node))
            case Literal(value=str() as text):
                return _fill(QUOTED, Text(text, text)) if text else EMPTY
            case Literal(value=number):
                return Text(str(number), str(number))
            case Element(name=name):
                return self.words.element(name)
            case Unary():
                return _fill(Text("－{0}", "-{0}"), self.operand(node.operand))
            case Binary() if node.type != "boolean":
                pattern = Text(f"{{0}} {node.operator} {{1}}", f"{{0}} {node.operator} {{1}}")
                return _fill(pattern, self.operand(node.left), self.operand(node.right))
            case Conditional():
                return _fill(
                    BRACKETS, _fill(IF, self.truth(node.test), self.value(node.then), self.value(node.otherwise))
                )
            case Call():
                return _fill(FUNCTIONS[node.function], *map(self.value, node.arguments))
            case _:
                return _fill(BRACKETS, self.truth(node))

    def operand(self, node: Node) -> Text:
        text = self.value(node)
        return _fill(BRACKETS, text) if children(node) else text


def _fill(pattern: Text, *parts: Text) -> Text:
    return Text(
        pattern.zh.format(*(part.zh for part in parts)),
        pattern.en.format(*(part.en for part in parts)),
    )


def _listed(parts: Iterable[Text]) -> Text:
    texts = list(parts)
    return Text("、".join(one.zh for one in texts), ", ".join(one.en for one in texts))
