"""Patterns of texts (RE2): found in time linear in the text, whatever the pattern. Python's `re` would let one rule run for years."""

from cel_expr_python import cel

MATCHER = cel.NewEnv(variables={"text": cel.Type.STRING, "pattern": cel.Type.STRING}).compile("text.matches(pattern)")


def matches(text: str, pattern: str) -> bool:
    """Is the pattern found anywhere in the text? ValueError for what is no pattern."""
    result = MATCHER.eval(data={"text": text, "pattern": pattern})
    if result.type().name() != "BOOL":
        raise ValueError("no pattern")
    return bool(result.value())
