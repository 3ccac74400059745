"""Licences, verified by anybody: no node, no database, no Django. The status lists come from files, or from the issuer's address."""

import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from tongban.cases import record
from tongban.kernel.refusals import Refused
from tongban.licences.issuers import Issuers
from tongban.licences.sd_jwt import read_wanted
from tongban.licences.showing import MAX_FILE
from tongban.licences.status import MAX_BYTES, BadList, StatusList, read_list, region_of
from tongban.licences.verdicts import Reason, Verdict
from tongban.licences.verifying import verify_file, verify_text
from tongban.project.commands.papers import read_file

PATIENCE_SECONDS = 10.0


def verify(args: Namespace) -> None:
    """Ends with 0 for a licence that is genuine and valid, with 1 for any other verdict.

    `--audience` and `--nonce`: what the app of a credential's holder was asked to sign. Refuses `HalfAsked`.
    """
    wanted = read_wanted(args.audience, args.nonce)
    at = datetime.now(UTC)
    issuers = Issuers.of(record.read_members(read_file(args.trust)).lists.values())
    held = list(_held(args.list or (), issuers))

    def lists_of(names: Iterable[str]) -> dict[str, StatusList]:
        came = _fetched(names, issuers, at) if args.online else ()
        return _newest([*came, *held])

    shown = _read_shown(args.what)
    how: dict[str, Any] = {"issuers": issuers, "lists_of": lists_of, "at": at, "wanted": wanted}
    verdict = verify_text(args.what, **how) if shown is None else verify_file(shown, **how)
    _say(verdict, as_json=args.json)
    sys.exit(0 if verdict.good else 1)


def _read_shown(what: str) -> bytes | None:
    """The file of this name, one byte more than is looked into at most; None where it is the text of a code."""
    try:
        with Path(what).open("rb") as file:
            return file.read(MAX_FILE + 1)
    except (OSError, ValueError):
        # There is none, or a code is longer than a file name may be.
        return None


def _newest(lists: Iterable[StatusList]) -> dict[str, StatusList]:
    """By name: an older list takes nothing back, wherever it comes from."""
    return {one.list: one for one in sorted(lists, key=lambda one: one.version)}


def _held(paths: Iterable[Path], issuers: Issuers) -> Iterator[StatusList]:
    """A list that is not what it says is left out, and so is what it would have said."""
    for path in paths:
        try:
            yield read_list(read_file(path).decode("ascii").strip(), issuers=issuers)
        except (BadList, UnicodeDecodeError) as error:
            print(f"{path}: {error}", file=sys.stderr)


def _fetched(names: Iterable[str], issuers: Issuers, at: datetime) -> Iterator[StatusList]:
    for name in names:
        try:
            node = issuers.lists[0].node_of(region_of(name), at)
            answer = httpx.get(f"{node.url}/licences/status/{name}", timeout=PATIENCE_SECONDS, trust_env=False)
            if answer.status_code == httpx.codes.OK and len(answer.content) <= MAX_BYTES:
                yield read_list(answer.text, issuers=issuers)
        except (httpx.HTTPError, httpx.InvalidURL, BadList, Refused) as error:
            print(f"{name}: {type(error).__name__}", file=sys.stderr)


def _say(verdict: Verdict, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(verdict.as_json(), ensure_ascii=False))
        return
    print(f"{verdict.text.zh} · {verdict.text.en}")
    print(f"{verdict.advice.zh} · {verdict.advice.en}")
    if verdict.face and verdict.face.demo:
        print("演示证照：没有法律效力 · a licence of a demonstration: without legal effect")
    if verdict.bound_text:
        print(f"{verdict.bound_text.zh} · {verdict.bound_text.en}")
    if verdict.face:
        print(f"{verdict.face.number}  {verdict.face.from_} … {verdict.face.until or ''}  {verdict.node}")
        print(_status(verdict))


def _status(verdict: Verdict) -> str:
    if verdict.as_of is None:
        return "没有状态名单 · no status list"
    moment = f"{verdict.as_of:%Y-%m-%d %H:%M} UTC"
    if verdict.reason is Reason.STALE_LIST:
        return f"状态未知，自 {moment} · its status is unknown since {moment}"
    return f"状态名单 {moment} · status as of {moment}"
