"""The words, signs and values of a rule text, each with its place."""

import re
from dataclasses import dataclass

from tongban.kernel.text import Text
from tongban.rules.faults import BadCondition

MAX_SOURCE = 1000
HALF_CHARACTER = re.compile("[\ud800-\udfff]")
TOKEN = re.compile(
    r"""(?:[\t\n\f\r ]++|//[^\n]*+)*+(?:
    (?P<number>0x[0-9a-fA-F]+|[0-9]+)
    |(?P<text>[rR](?:"{3}[\s\S]*?"{3}|'{3}[\s\S]*?'{3}|"[^"\n\r]*"|'[^'\n\r]*')
        |"{3}(?:[^\\]|\\[\s\S])*?"{3}|'{3}(?:[^\\]|\\[\s\S])*?'{3}|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]])
    |(?P<end>\Z))""",
    re.VERBOSE,
)
"""Spaces and comments are never given back (`++`): trying them in every other way would take for ever."""
TOO_LONG = Text(f"超过{MAX_SOURCE}个字符", f"longer than {MAX_SOURCE} characters")
UNREADABLE = Text("无法识别的字符", "Syntax error: a character that means nothing here")


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, text, word, sign or end."""

    kind: str
    text: str
    at: int


def read_tokens(source: str) -> list[Token]:
    """All of them, the last of kind `end`. Raises `BadCondition`."""
    if len(source) > MAX_SOURCE:
        raise BadCondition(source[:40] + "…", MAX_SOURCE, TOO_LONG)
    if half := HALF_CHARACTER.search(source):
        raise BadCondition(source[: half.start()] + "…", half.start(), UNREADABLE)
    tokens: list[Token] = []
    end = 0
    while not tokens or tokens[-1].kind != "end":
        found = TOKEN.match(source, end)
        if found is None or found.lastgroup is None:
            raise BadCondition(source, end, UNREADABLE)
        tokens.append(Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup)))
        end = found.end()
    return tokens
