"""The platform's judge and the independent one (docs/reference/licences.md) give the same reason for every code and licence file of the corpus."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tongban_verify import Unjudged, licence, members

from tests.verifier.test_second_opinion import CORPUS, ROOT
from tongban.alliance.members import MemberList, Period
from tongban.alliance.tests.factories import TRUST, signed_list
from tongban.cases import record
from tongban.cases.record import write_members
from tongban.kernel.events import parse_instant
from tongban.licences.issuers import Issuers
from tongban.licences.qr import write_code
from tongban.licences.status import INVALID, TYPE, BadList, StatusList, read_list, sign_list
from tongban.licences.tests.corpus import Exhibit, exhibits
from tongban.licences.tests.stand import Stand, content
from tongban.licences.tokens import from_base64url, read_claims, sign_token
from tongban.licences.verifying import verify_file

STAND = Stand()
FROZEN = CORPUS / "licences"
INDEX = json.loads((FROZEN / "index.json").read_text())
AGE = timedelta(days=300)
SINCE = f"stale-list: its status is unknown since {STAND.at - AGE:%Y-%m-%d %H:%M} UTC"
EXHIBITS = list(exhibits(STAND))
UNREAD = [each for each in EXHIBITS if each.data.startswith(tuple(licence.UNREAD))]
"""Documents and credentials are not for the independent one: it judges the code that is printed on them."""
READ = [each for each in EXHIBITS if each not in UNREAD]


def token_of(known: StatusList) -> str:
    return sign_list(known, address="", key=STAND.event_key)


def opinions(exhibit: Exhibit) -> tuple[str, str]:
    tokens = {exhibit.list.list: token_of(exhibit.list)} if exhibit.list else {}
    known = {name: read_list(token, issuers=STAND.issuers) for name, token in tokens.items()}
    first = verify_file(exhibit.data, issuers=STAND.issuers, lists_of=lambda names: known, at=STAND.at)
    trusted = members.read(STAND.trust_file())
    lists = {name: licence.read_list(token, trusted) for name, token in tokens.items()}
    return str(first.reason), licence.judge(exhibit.data, trusted, lists, STAND.at)


@pytest.mark.parametrize("exhibit", READ, ids=lambda each: each.name)
def test_both_give_the_same_reason(exhibit: Exhibit) -> None:
    assert opinions(exhibit) == (exhibit.reason, exhibit.reason)


@pytest.mark.parametrize("exhibit", UNREAD, ids=lambda each: each.name)
def test_what_it_does_not_read_it_does_not_judge(exhibit: Exhibit) -> None:
    assert licence.is_one(exhibit.data)
    with pytest.raises(Unjudged):
        opinions(exhibit)


def test_the_corpus_has_every_reason_that_it_can_earn() -> None:
    assert len(READ) >= 50 and len(UNREAD) >= 10
    assert {each.reason for each in READ} == licence.REASONS


@pytest.mark.parametrize("frozen", INDEX["exhibits"], ids=lambda each: each["file"])
def test_licences_of_the_first_version_keep_their_verdict(frozen: dict[str, Any]) -> None:
    data, trust, at = (
        (FROZEN / frozen["file"]).read_bytes(),
        (FROZEN / "trust.json").read_bytes(),
        parse_instant(INDEX["at"]),
    )
    tokens = [(FROZEN / frozen["list"]).read_text()] if frozen["list"] else []
    issuers = Issuers.of(record.read_members(trust).lists.values())
    known = {each.list: each for each in (read_list(token, issuers=issuers) for token in tokens)}
    first = verify_file(data, issuers=issuers, lists_of=lambda names: known, at=at)
    assert first.reason == frozen["reason"]
    trusted = members.read(trust)
    lists = {each.name: each for each in (licence.read_list(token, trusted) for token in tokens)}
    if data.startswith(tuple(licence.UNREAD)):
        with pytest.raises(Unjudged):
            licence.judge(data, trusted, lists, at)
    else:
        assert licence.judge(data, trusted, lists, at) == frozen["reason"]


def test_enough_licences_are_frozen() -> None:
    genuine = [each for each in INDEX["exhibits"] if each["reason"] == "genuine"]
    assert len(genuine) >= 5 and len(INDEX["exhibits"]) - len(genuine) >= 15


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token.replace("eyJ", "eyK", 1),
        lambda token: token[:-4] + "AAAA",
        lambda token: token + "=",
        lambda token: token.replace(".", "..", 1),
    ],
)
def test_a_list_that_was_changed_is_not_read(change: Callable[[str], str]) -> None:
    token = token_of(STAND.status())
    with pytest.raises(ValueError):
        licence.read_list(change(token), members.read(STAND.trust_file()))


def both_read(token: str, *versions: MemberList) -> tuple[bool, bool]:
    """Whether each of them believes a status list, given these versions of the member list."""
    trust = write_members(TRUST, [signed_list(version.as_json()) for version in versions])
    first = second = True
    try:
        read_list(token, issuers=Issuers.of(record.read_members(trust).lists.values()))
    except BadList:
        first = False
    try:
        licence.read_list(token, members.read(trust))
    except ValueError:
        second = False
    return first, second


def next_list(**changes: Any) -> MemberList:
    """The next version of the member list, in which 临邑's node (`status`) or its keys (the rest) are different."""
    before = STAND.members()
    node, *others = before.nodes
    said = {"status": changes.pop("status", node.status), "keys": tuple(replace(key, **changes) for key in node.keys)}
    return replace(before, version=2, nodes=(replace(node, **said), *others))


LAST_WEEK = STAND.at - timedelta(days=7)


@pytest.mark.parametrize(
    ("changes", "believed"),
    [
        ({}, True),
        ({"compromised_since": LAST_WEEK}, False),
        ({"period": Period(LAST_WEEK - timedelta(days=300), LAST_WEEK)}, False),
        ({"status": "suspended"}, False),
    ],
)
@pytest.mark.parametrize("turn", [1, -1])
def test_what_the_newest_member_list_says_of_a_key_counts(changes: dict[str, Any], believed: bool, turn: int) -> None:
    versions = [STAND.members(), next_list(**changes)]
    assert both_read(token_of(STAND.status()), *versions[::turn]) == (believed, believed)


@pytest.mark.parametrize(
    "change",
    [
        lambda claims: claims | {"ver": 0}, lambda claims: claims | {"ver": claims["iat"] * 3}, lambda claims: claims | {"list": "371424/1"},
        lambda claims: claims | {"list": "371621-1"}, lambda claims: claims | {"iat": 10**15}, lambda claims: claims | {"iat": "today"},
        lambda claims: claims | {"status_list": claims["status_list"] | {"lst": "AAAA"}},
        lambda claims: claims | {"status_list": claims["status_list"] | {"bits": 1}},
        lambda claims: {name: claims[name] for name in claims if name != "ttl"}, lambda claims: claims | {"stopped": "x"},
        lambda claims: claims | {"makers": ["x"]},
    ],
)  # fmt: skip
def test_neither_believes_a_list_that_none_could_be(change: Callable[[Any], Any]) -> None:
    claims = read_claims(from_base64url(token_of(STAND.status()).split(".")[1]))
    token = sign_token(change(claims), type=TYPE, key=STAND.event_key)
    assert both_read(token, STAND.members()) == (False, False)


def run(given: str, tmp_path: Path, *lists: str) -> tuple[int, str]:
    """What the command answers, with 临邑's trust file; `lists` are status lists."""
    trust = tmp_path / "trust.json"
    trust.write_bytes(STAND.trust_file())
    for number, token in enumerate(lists):
        (tmp_path / f"list-{number}.jwt").write_text(token)
    options = [text for number in range(len(lists)) for text in ("--list", str(tmp_path / f"list-{number}.jwt"))]
    command = [sys.executable, "-m", "tongban_verify", given, "--trust", str(trust), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert not done.stderr
    return done.returncode, done.stdout.strip()


ENDLESS = write_code(STAND.sign(content(from_=date(2020, 1, 1), until=None)))


@pytest.mark.parametrize(("lists", "says"), [([STAND.status(age=AGE)], SINCE), ([], "status-unknown")])
def test_the_command_tells_the_reason(lists: list[StatusList], says: str, tmp_path: Path) -> None:
    """By the clock of the machine, for which the list of this corpus is an old one or one of tomorrow."""
    code, said = run(ENDLESS, tmp_path, *map(token_of, lists))
    assert (code, said.endswith(says)) == (1, True), said


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_lists_the_higher_version_counts(turn: int, tmp_path: Path) -> None:
    """Whatever their times say, and in whichever order they are named."""
    newer, older = STAND.status((7, INVALID), age=AGE, version=2), STAND.status(age=AGE / 2, version=1)
    code, said = run(ENDLESS, tmp_path, *map(token_of, [newer, older][::turn]))
    assert (code, said.endswith("revoked")) == (1, True), said


@pytest.mark.parametrize(
    ("name", "data", "code", "says"),
    [
        ("spaces before it", b"\n  " + ENDLESS.encode(), 1, "status-unknown"),
        ("small letters", ENDLESS.lower().encode(), 1, "not-a-licence"),
        ("a byte order mark", b"\xef\xbb\xbf" + ENDLESS.encode(), 1, "NOT GENUINE"),
        ("nothing", b"", 1, "NOT GENUINE"),
        ("PDF", b"%PDF-1.7", 2, "NOT JUDGED  a PDF"),
        ("OFD", b"PK\x03\x04", 2, "NOT JUDGED  an OFD"),
        ("credential", STAND.credential().encode(), 2, "NOT JUDGED  a credential"),
    ],
)  # fmt: skip
def test_a_file_of_any_kind_gets_an_answer(name: str, data: bytes, code: int, says: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    answered, said = run(str(tmp_path / name), tmp_path)
    assert (answered, says in said) == (code, True), said


def test_a_code_in_small_letters_is_no_name_of_a_file(tmp_path: Path) -> None:
    assert run(ENDLESS.lower(), tmp_path) == (1, "NOT GENUINE  licence: not-a-licence")


def test_what_is_not_there_or_without_end_gets_an_answer(tmp_path: Path) -> None:
    with (tmp_path / "endless").open("wb") as file:
        file.truncate(6 * 1024**3)
    assert run(str(tmp_path / "endless"), tmp_path)[0] == 1
    assert run(str(tmp_path / "missing"), tmp_path)[0] == 2
    command = [sys.executable, "-m", "tongban_verify", ENDLESS, "--trust", str(tmp_path / "missing")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[:10], done.stderr) == (2, "NOT JUDGED", "")
