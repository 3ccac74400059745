"""Documents stay true: links lead somewhere, commands exist, nothing names the machine it was written on."""

import re
from pathlib import Path

import pytest

from tests.architecture.walking import ROOT, files
from tongban.project import grammar

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
DOCUMENTS = list(files(".md"))
# Put together here, so that this file does not name what it forbids.
INDEX_HOSTS = re.compile(
    "|".join(
        ["pypi" + r"\.", "pythonhosted" + r"\.", "index-url" + r"[= ]http", "npmjs" + r"\.", "mirrors?" + r"\.[a-z]"]
    )
)
MACHINE_PATHS = re.compile(
    "|".join(f"(?<![\\w.~])/{name}/" for name in ("work", "root", "home", "Users", "tmp/brief", "mnt"))
)


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ +(.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    for target in LINK.findall(document.read_text()):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        place = (document.parent / name).resolve() if name else document
        assert place.exists(), target
        if anchor and place.suffix == ".md":
            assert anchor in anchors(place), target


@pytest.mark.parametrize("command", grammar.COMMANDS, ids=lambda command: command.words)
def test_every_command_is_in_the_reference(command: grammar.Command) -> None:
    assert f"`tongban {command.words}" in (ROOT / "docs/reference/commands.md").read_text()


def test_every_command_that_a_document_names_exists() -> None:
    known = {command.words for command in grammar.COMMANDS}
    groups = {words.split()[0] for words in known}
    for document in DOCUMENTS:
        for named in re.findall(r"`tongban ([a-z][a-z-]*(?: [a-z][a-z-]*)?)", document.read_text()):
            assert named in known or named.split()[0] in known | groups, f"{document.name}: tongban {named}"


def test_the_first_pages_are_there() -> None:
    for name in (
        "README.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "docs/architecture.md",
        "docs/glossary.md",
        "docs/threat-model.md",
    ):
        assert (ROOT / name).is_file(), name


@pytest.mark.parametrize("pattern", [INDEX_HOSTS, MACHINE_PATHS], ids=["index hosts", "machine paths"])
def test_no_file_names_where_it_was_made(pattern: re.Pattern[str]) -> None:
    found = [f"{path.relative_to(ROOT)}: {match[0]}" for path in files() if (match := pattern.search(path.read_text()))]
    assert found == []


def test_every_package_says_what_it_owns() -> None:
    for package in files(".py", under="tongban"):
        place = package.relative_to(ROOT / "tongban").parts
        if package.name == "__init__.py" and len(place) == 2:
            assert package.read_text().startswith('"""'), package
