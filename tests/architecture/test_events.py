"""Every event type has its sentence, its version, its personal parts with how they are erased, and a file of the day it was born."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from tests.architecture.walking import ROOT, has_chinese, import_everything, list_product_kinds, placeholders
from tests.golden import files as golden
from tongban.cases.states import FINAL, STATES, TABLE
from tongban.enquiries.fold import TABLE as ENQUIRIES
from tongban.kernel import envelopes, registries, strictjson
from tongban.kernel.crypto import SUITES
from tongban.kernel.events import Payload
from tongban.kernel.registries import EventKind

import_everything()
KINDS = list_product_kinds()
EVENTS = golden.EVENTS
TABLES = {"cases": TABLE, "enquiries": ENQUIRIES}
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)


def body_fields(kind: EventKind) -> set[str]:
    return set(EVENTS[kind.name].__dataclass_fields__)


def test_there_are_kinds() -> None:
    assert len(KINDS) >= 15


@every_kind
def test_a_kind_has_a_context_a_name_and_a_version(kind: EventKind) -> None:
    context, _, name = kind.name.partition(".")
    assert context.isidentifier()
    assert name.isidentifier()
    assert kind.version >= 1
    assert kind.kind == f"{kind.name};v={kind.version}"


@every_kind
def test_a_kind_has_a_sentence_in_both_languages(kind: EventKind) -> None:
    assert has_chinese(kind.sentence.zh)
    assert kind.sentence.en.strip()
    assert not has_chinese(kind.sentence.en)
    assert placeholders(kind.sentence.zh) == placeholders(kind.sentence.en)


@every_kind
def test_a_sentence_takes_its_words_from_the_body(kind: EventKind) -> None:
    assert placeholders(kind.sentence.zh) <= body_fields(kind)


@every_kind
def test_a_personal_part_says_how_it_is_erased(kind: EventKind) -> None:
    for name, erasure in kind.sealed.items():
        assert name.isidentifier()
        assert erasure.startswith("erased")
        assert name not in body_fields(kind)


@every_kind
def test_no_field_of_a_clear_body_names_a_person(kind: EventKind) -> None:
    personal = {"name", "phone", "id_number", "applicant", "address", "note", "values"}
    assert not body_fields(kind) & personal


@every_kind
def test_a_kind_is_reached_by_the_table_of_states(kind: EventKind) -> None:
    context, _, name = kind.name.partition(".")
    assert any(event == name for _, event in TABLES[context])


def test_the_table_leads_from_the_first_event_to_an_end() -> None:
    reached: set[str | None] = {None}
    while more := {after for (before, _), after in TABLE.items() if before in reached} - reached:
        reached |= more
    assert reached - {None} == set(STATES)
    for state in STATES:
        follows = {after for (before, _), after in TABLE.items() if before == state}
        assert (state in FINAL) == (follows <= {state, "archived", "revoked"})


# The reference


def reference() -> list[list[str]]:
    """The rows of the table of events."""
    text = (ROOT / "docs/reference/events.md").read_text()
    return [
        [cell.strip() for cell in row.split("|")]
        for row in re.findall(r"^\| (`(?:cases|enquiries)\..*;v=.*) \|$", text, re.MULTILINE)
    ]


def test_the_reference_lists_every_kind_in_order() -> None:
    assert [row[0].strip("`") for row in reference()] == [event.KIND.kind for event in EVENTS.values()]


@pytest.mark.parametrize("row", reference(), ids=lambda row: row[0])
def test_the_reference_names_body_and_sealed_parts(row: list[str]) -> None:
    event = EVENTS[row[0].strip("`").partition(";")[0]]
    assert re.findall(r"`(\w+)`", row[4]) == [field.name for field in fields(event)]
    assert re.findall(r"`(\w+)`", row[5]) == list(event.KIND.sealed)


# Golden files: bytes written by this version that every later version must read


@every_kind
def test_there_is_a_golden_file(kind: EventKind) -> None:
    assert golden.path_of(kind.kind).is_file(), "write it with: python -m tests.golden.files"


@pytest.mark.parametrize("path", golden.all_files(), ids=lambda path: path.stem)
def test_a_golden_file_still_verifies_and_means_what_it_meant(path: Path) -> None:
    stored = json.loads(path.read_text())
    suite = SUITES[1]
    envelope = envelopes.read(stored["envelope"].encode(), type=envelopes.EVENT)
    envelopes.verify(envelope, suite=suite, public_key_of=lambda _: bytes.fromhex(stored["public"]))
    assert envelope.hash(suite) == stored["hash"]
    payload = Payload.from_json(envelope.claims())
    assert strictjson.canonical(payload.as_json()) == envelope.payload
    event = EVENTS[payload.kind_name].read(payload.body)
    assert payload.body.items() <= event.body().items()
    assert registries.sentence(payload.kind, payload.body, "zh") == stored["sentence"]["zh"]
    assert "…" not in stored["sentence"]["en"]


def test_no_golden_file_is_of_a_kind_that_is_gone() -> None:
    known = {golden.path_of(kind.kind) for kind in KINDS}
    assert set(golden.all_files()) <= known
