"""What is typed, as pieces that can be compared. Chinese needs no dictionary here: every two characters beside each other are a piece."""

import re
import unicodedata
from collections.abc import Iterator

MAX_SUMMARY = 400
MAX_QUERY = 60
"""Characters of a question that are read; what people look for is said in fewer."""

HAN = re.compile(r"[\u3400-\u9fff]+")
RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
FILLERS = re.compile(
    r"请问|你好|您好|怎么样|怎么|怎样|如何|哪里|哪儿|在哪|什么|多少钱|多少|多久|几天|可以|能不能|能否|可不可以|需要|材料|手续|流程|条件|"
    r"我想要|我想|我要|想要|帮我|给我|一下|办理|办一个|办个|要办|想办|去办|^办(?!公)(?=..)|申请|申办|应该|有没有|是不是|[吗呢吧啊呀的了么我]"
)
"""Said with every wish and naming none."""
ORGANISATION = re.compile(r"公司|企业|工厂|单位|员工|职工参保|法人|开店|合作社")
PERSON = re.compile(r"老人|孩子|小孩|爸|妈|父母|儿子|女儿|本人|自己|个人|老伴|爷爷|奶奶")


def plain(text: str, *, most: int = MAX_QUERY) -> str:
    """One form for what is typed in many: width, case, spaces, punctuation."""
    folded = unicodedata.normalize("NFKC", text[: 4 * most]).lower()
    return " ".join(RUNS.findall(folded))[:most].strip()


def wish(text: str) -> str:
    """The plain text without the words that come with every question; the plain text itself where nothing else is left."""
    said = plain(text)
    return " ".join(FILLERS.sub(" ", said).split()) or said


def pieces(text: str) -> Iterator[str]:
    """Pairs of Chinese characters, a single one that stands alone, and whole Latin words of a plain text."""
    for run in RUNS.findall(text):
        if HAN.match(run):
            yield from pairs(run)
        else:
            yield run


def pairs(run: str) -> Iterator[str]:
    if len(run) == 1:
        yield run
    yield from (run[place : place + 2] for place in range(len(run) - 1))


def characters(text: str) -> set[str]:
    return {character for run in HAN.findall(text) for character in run}


def audience_meant(text: str) -> str | None:
    """`organisation` or `person` where the words tell, else None."""
    if ORGANISATION.search(text):
        return "organisation"
    return "person" if PERSON.search(text) else None
