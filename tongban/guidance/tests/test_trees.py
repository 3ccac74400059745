"""Topics: what the file says holds, and what an editor gets wrong is said at its line."""

from tongban.catalogue.layers import list_items, load_document
from tongban.catalogue.search import entries
from tongban.catalogue.search.index import Index
from tongban.guidance.trees import NO_END, SAY_BOTH, TOO_MANY, Branch, find_faults, list_given, read_branch
from tongban.kernel.text import Text

SAID = Text("结婚", "Marriage")


def test_every_topic_of_the_file_leads_to_items_of_the_catalogue() -> None:
    services = [entries.of_document(load_document(key, "371424"), places=["371424"]) for key in list_items()]
    index = Index(entries.merge(services, entries.list_listed()), [])
    topics = list_given()
    assert len(topics) >= 10 and len({topic.id for topic in topics}) == len(topics)
    assert [
        fault for topic in topics for fault in find_faults(topic.root, lambda name: index.named(name) is not None)
    ] == []


def test_a_branch_reads_what_it_wrote() -> None:
    for topic in list_given():
        assert read_branch(topic.root.as_json()) == topic.root


def test_faults_stand_at_their_line() -> None:
    root = Branch(SAID, branches=(Branch(Text("", "x"), ("一",)), Branch(SAID), Branch(SAID, ("二",))))
    faults = find_faults(root, lambda name: name == "一")
    assert [(fault.path, fault.text) for fault in faults[:2]] == [((0,), SAY_BOTH), ((1,), NO_END)]
    assert faults[2].path == (2,) and "二" in faults[2].text.zh


def test_too_deep_or_too_wide_is_refused() -> None:
    deep = Branch(SAID, ("一",))
    for _ in range(4):
        deep = Branch(SAID, branches=(deep,))
    wide = Branch(SAID, branches=(Branch(SAID, ("一",)),) * 13)
    for root in (deep, wide):
        assert TOO_MANY in [fault.text for fault in find_faults(root, bool)]


def test_a_path_finds_its_branch() -> None:
    root = next(topic.root for topic in list_given() if topic.id == "ill-away")
    found = root.find((0, 1))
    assert found and found.items == ("异地转诊人员备案",)
    assert root.find((9,)) is None
