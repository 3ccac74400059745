"""Which format a file has is found out; a bad file is an entry like any other."""

import json
from pathlib import Path

import pytest

from tongban.catalogue.importing.files import ZERO_BYTE, read_file, read_files
from tongban.catalogue.layers import SERVICES
from tongban.catalogue.tests.guides import guide, write

DATA = SERVICES.parent


def test_a_file_may_hold_several_guides(tmp_path: Path):
    (file,) = write(tmp_path, [guide(), guide(ywCode="02", materialList=[])])
    assert [entry.record.key for entry in read_file(file)] == ["002099001001-01", "002099001001-02"]


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"  ", b"{", b"null", b"3", b'"x"', b"[1]", b"[]", b"{}", b'{"a": 1, "b": 2}', "错".encode("gbk"), b"\xff\xfe\x00", b"[" * 50_000,
        b"PK\x03\x04nothing", b"a: &x 1\nb: *x", b'{"unifyName": "a", "unifyName": "b"}', b'{"items": 3}', b"9" * 6000,
    ],
)  # fmt: skip
def test_what_is_no_known_format_is_refused_with_a_reason(tmp_path: Path, raw: bytes):
    file = tmp_path / "file"
    file.write_bytes(raw)
    entries = read_file(file)
    assert {entry.status for entry in entries} == {"refused"}
    assert all(entry.findings and entry.findings[0].what.zh for entry in entries)


@pytest.mark.parametrize("raw", [b'{"unifyName": "a\\u0000b"}', b'items: [{name: "a\\0"}]'])
def test_a_zero_byte_is_refused_where_the_file_is_read(tmp_path: Path, raw: bytes):
    file = tmp_path / "file"
    file.write_bytes(raw)
    (entry,) = read_file(file)
    assert (entry.status, entry.findings[0].what) == ("refused", ZERO_BYTE) and entry.findings[0].value.startswith("$")


@pytest.mark.parametrize("name", ["none.json", "."])
def test_what_cannot_be_opened_is_refused(tmp_path: Path, name: str):
    (entry,) = read_file(tmp_path / name)
    assert entry.findings[0].what.en == "the file cannot be opened"


@pytest.mark.parametrize(
    "raw",
    [
        b"- " * 100_000,
        b"a: " + b"[" * 100_000,
        b"[" * 100_000,
        b"[" * 101 + b"]" * 101,
        b'{"a":' * 101 + b"1" + b"}" * 101,
    ],
)
def test_what_is_nested_without_end_is_refused(tmp_path: Path, raw: bytes):
    file = tmp_path / "deep"
    file.write_bytes(raw)
    (entry,) = read_file(file)
    assert entry.findings[0].what.en in ("it is nested too deeply", "neither sound JSON nor YAML")


@pytest.mark.parametrize("raw", [b"a: " + b"[" * 99 + b"]" * 99, b"[" * 100 + b"]" * 100])
def test_a_hundred_levels_are_read(tmp_path: Path, raw: bytes):
    file = tmp_path / "deep"
    file.write_bytes(raw)
    (entry,) = read_file(file)
    assert entry.findings[0].what.en == "a format not known: it has the fields of none that is"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path):
    file = tmp_path / "file"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(guide()).encode())
    assert read_file(file)[0].status == "taken"


def test_two_files_that_say_otherwise_of_one_code_are_told(tmp_path: Path):
    entries = read_files(write(tmp_path, guide(), guide(), guide(orgName="别的厅")))
    assert [entry.status for entry in entries] == ["taken", "taken", "taken_with_findings"]
    assert "the first is stored" in entries[2].findings[-1].what.en


def test_the_starting_list_is_taken_with_its_marks():
    entries = read_file(DATA / "items.yaml")
    records = [entry.record for entry in entries]
    assert len(records) == len({record.key for record in records}) == 247
    assert sum(record.marks["verified"] for record in records) == 210
    doubtful = [entry for entry in entries if not entry.record.marks["verified"]]
    assert all(any(finding.field.endswith("verified") for finding in entry.findings) for entry in doubtful)


def test_bundles_are_taken_by_name(tmp_path: Path):
    entries = read_file(DATA / "bundles.yaml")
    assert len(entries) == 20
    assert (entries[0].record.name, entries[0].record.items[0]) == ("新生儿出生", "出生医学证明首次签发")


def test_an_entry_of_a_list_without_a_name_is_refused_and_the_others_are_taken(tmp_path: Path):
    item = {"name": "一", "department": "局", "audience": ["个人"], "scope": "火星", "item_type": "公共服务"}
    (file,) = write(tmp_path, {"items": [item, {"department": "局"}, 3]})
    entries = read_file(file)
    assert [entry.status for entry in entries] == ["taken_with_findings", "refused", "refused"]
    assert "items[0].scope" in {finding.field for finding in entries[0].findings}
