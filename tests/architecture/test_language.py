"""Every sentence on a page exists in both languages."""

import re
from pathlib import Path

import pytest

from tests.architecture.walking import ROOT, files, has_chinese, placeholders

TEMPLATES = list(files(".html", under="tongban/web"))
SAY = re.compile(r"{%-?\s*say\s+(.*?)\s*-?%}", re.DOTALL)
LITERALS = re.compile(r"^(\"(?:[^\"]*)\"|'(?:[^']*)')\s*(\"(?:[^\"]*)\"|'(?:[^']*)')?", re.DOTALL)
COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", re.DOTALL)
EVERYWHERE_THE_SAME = {"中文", "通办"}
"""A language is named in itself; the product's name is a name."""

every_template = pytest.mark.parametrize(
    "template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "tongban/web"))
)


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 10


@every_template
def test_what_is_said_is_said_in_both_languages(template: Path) -> None:
    for said in SAY.findall(template.read_text()):
        if not said.startswith(("'", '"')):
            continue
        match = LITERALS.match(said)
        assert match, said
        zh, en = (text[1:-1] if text else "" for text in match.groups())
        assert has_chinese(zh), said
        assert en.strip(), said
        assert not has_chinese(en), said
        given = set(re.findall(r"\b(\w+)=", said[match.end() :]))
        assert placeholders(zh) | placeholders(en) == given, said


@every_template
def test_no_sentence_stands_outside(template: Path) -> None:
    text = COMMENT.sub("", SAY.sub("", template.read_text()))
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    left = set(re.findall(r"[\u3400-\u9fff]+", text)) - EVERYWHERE_THE_SAME
    assert left == set()


@every_template
def test_a_page_brings_no_script_or_style_of_its_own(template: Path) -> None:
    """The content security policy forbids them, so the page would break in silence."""
    text = COMMENT.sub("", template.read_text())
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"(src|href)=[\"'](https?:)?//", text)
