"""Every setting of a node is described."""

import re

from tests.architecture.walking import ROOT, files

NAME = re.compile(r"\b(?:TONGBAN|DATABASE)_[A-Z]+(?:_[A-Z]+)*\b")
REFERENCE = ROOT / "docs" / "reference" / "settings.md"


def described() -> set[str]:
    """The names in the first column of the tables."""
    return {
        name
        for line in REFERENCE.read_text().splitlines()
        if line.startswith("| `")
        for name in NAME.findall(line.split("|")[1])
    }


def used() -> set[str]:
    code = [path for path in files(".py", under="tongban") if "tests" not in path.parts]
    return {name for path in code for name in re.findall(rf'"({NAME.pattern})"', path.read_text())}


def test_every_setting_that_code_reads_is_described() -> None:
    assert used() - described() == set()


def test_no_setting_is_described_that_nothing_reads() -> None:
    assert described() - used() == set()


def test_settings_come_from_one_file() -> None:
    """The environment is read in `settings.py`, and before Django is set up by what starts a process."""
    readers = {
        path.relative_to(ROOT / "tongban").as_posix()
        for path in files(".py", under="tongban")
        if "tests" not in path.parts and re.search(r"os\.(environ|getenv)", path.read_text())
    }
    assert {path for path in readers if not path.startswith("project/")} == set()


def test_a_setting_in_the_documents_exists() -> None:
    for path in files(".md", under="docs"):
        assert set(NAME.findall(path.read_text())) <= used() | {"DATABASE_URL"}, path.name
