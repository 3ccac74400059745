import pytest

from tongban.people.names import WrongName, check_name, needs_a_person


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("罗建国", "罗建国"),
        (" 罗建国 ", "罗建国"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提 ・ 艾力", "买买提·艾力"),
        ("𠮷田", "𠮷田"),
        ("张\ue863", "张\ue863"),
        ("\ufa0c", "\ufa0c"),
        ("Anne-Marie  O'Neil", "Anne-Marie O'Neil"),
        ("Müller", "Müller"),
        ("〇", "〇"),
    ],
)
def test_names_are_taken_as_they_are(typed: str, name: str) -> None:
    assert check_name(typed) == name


@pytest.mark.parametrize(
    "text", ["", "  ", "罗建国1", "<b>罗</b>", "罗\u202e国", "罗\x00", "···", "A" * 101, "罗\ud800"]
)
def test_what_is_no_name_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(WrongName) as refused:
        check_name(text)
    assert not text.strip() or text not in refused.value.sentence("zh")


def test_unusual_names_go_to_a_person() -> None:
    assert not needs_a_person("罗建国")
    assert all(needs_a_person(name) for name in ["买买提·艾力", "𠮷田", "张\ue863", "Anne Li"])
