"""`python -m tongban_verify FILE|CODE --trust TRUST [--list STATUS_LIST …]`: 0 genuine, 1 not, 2 not judged here."""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from tongban_verify import Faulty, Unjudged, licence, members, record
from tongban_verify.members import Members


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tongban_verify", description="Verify a record or an e-licence, offline.")
    parser.add_argument("given", help="record file, or the code of a licence: TB1.… or a file that holds it")
    parser.add_argument("--trust", type=Path, required=True, help="trust file, from somebody you believe")
    parser.add_argument(
        "--list", type=Path, action="append", default=[], help="status list of the issuer, as downloaded"
    )
    asked = parser.parse_args(arguments)
    try:
        with record.at("trust file"):
            trusted = members.read(asked.trust.read_bytes())
        code = _code(asked.given)
        said = _licence(code, trusted, asked.list) if code else _record(Path(asked.given), trusted)
    except Faulty as fault:
        print(f"NOT GENUINE  {fault}")
        return 1
    except Unjudged as unjudged:
        print(f"NOT JUDGED  {unjudged}")
        return 2
    print(f"GENUINE  {said}")
    return 0


def _code(given: str) -> str:
    """The code of a licence; empty where a record is meant."""
    if given.startswith("TB"):
        return given
    with record.at("file"):
        data = Path(given).read_bytes() if Path(given).is_file() else b""
    return data.decode("ascii").strip() if data.startswith(b"TB") and data.isascii() else ""


def _licence(code: str, trusted: Members, paths: list[Path]) -> str:
    with record.at("status list"):
        lists = [licence.read_list(path.read_text(), trusted) for path in paths]
    newest = {each.name: each for each in sorted(lists, key=lambda each: each.made)}
    reason = licence.judge(code, trusted, newest, datetime.now(UTC))
    if reason != "genuine":
        raise Faulty("licence", reason + _since(code, newest, reason))
    return reason


def _since(code: str, lists: dict[str, licence.StatusList], reason: str) -> str:
    """Of a list that is too old: since when nobody knows."""
    if reason != "stale-list":
        return ""
    face, _ = licence.read("".join(code.split()))
    made = lists[face["status"]["list"]].made.astimezone(UTC)
    return f": its status is unknown since {made:%Y-%m-%d %H:%M} UTC"


def _record(path: Path, trusted: Members) -> str:
    with record.at("file"):
        if not path.is_file():
            raise ValueError("there is no such file")
    return json.dumps(asdict(record.verify(path.read_bytes(), trusted)))


if __name__ == "__main__":
    sys.exit(main())
