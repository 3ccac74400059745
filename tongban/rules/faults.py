"""What can be wrong with a rule text."""

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text


class BadCondition(Refused):
    """The expression is no condition over these elements. `at` is the place of the mistake in the source, 0 is the first character."""

    status = 422
    text = Text(
        "条件“{source}”无法使用（第{column}个字符）：{zh}",
        "The condition “{source}” cannot be used (character {column}): {en}",
    )
    advice = Text("请按要素清单改写该条件。", "Rewrite the condition with the listed elements.")

    def __init__(self, source: str, at: int, reason: Text, **words: str) -> None:
        self.source = source
        self.at = at
        self.reason = Text(reason.zh.format(**words), reason.en.format(**words))
        super().__init__(source=source, column=at + 1, zh=self.reason.zh, en=self.reason.en)
