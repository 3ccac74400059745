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
    parser.add_argument(
        "given", help="record file, licence file, or the code of a licence: TB1.… or a file that holds it"
    )
    parser.add_argument("--trust", type=Path, required=True, help="trust file, from somebody you believe")
    parser.add_argument(
        "--list", type=Path, action="append", default=[], help="status list of the issuer, as downloaded"
    )
    asked = parser.parse_args(arguments)
    try:
        with record.at("trust file"):
            trusted = members.read(_read(asked.trust))
        data = _given(asked.given)
        said = _licence(data, trusted, asked.list) if licence.is_one(data) else _record(data, trusted)
    except Faulty as fault:
        print(f"NOT GENUINE  {fault}")
        return 1
    except Unjudged as unjudged:
        print(f"NOT JUDGED  {unjudged}")
        return 2
    except MemoryError:
        print("NOT JUDGED  it is too large for this computer")
        return 2
    print(f"GENUINE  {said}")
    return 0


def _given(given: str) -> bytes:
    """The file of this name, or the code itself."""
    text = given.encode(errors="replace")
    return text if licence.is_one(text) and not _is_file(given) else _read(Path(given))


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):
        # A code is longer than any name.
        return False


def _read(path: Path) -> bytes:
    """No more of it than the largest file that is read here, and a byte."""
    if not _is_file(str(path)):
        raise Unjudged(f"there is no such file: {str(path)[:80]}")
    try:
        with path.open("rb") as file:
            return file.read(record.LONGEST + 1)
    except OSError as error:
        raise Unjudged(f"{path} cannot be read: {error.strerror}") from None


def _licence(data: bytes, trusted: Members, paths: list[Path]) -> str:
    with record.at("status list"):
        lists = [licence.read_list(_read(path).decode("ascii"), trusted) for path in paths]
    newest = {each.name: each for each in sorted(lists, key=lambda each: each.version)}
    reason = licence.judge(data, trusted, newest, datetime.now(UTC))
    if reason != "genuine":
        raise Faulty("licence", reason + _since(data, newest, reason))
    return reason


def _since(data: bytes, lists: dict[str, licence.StatusList], reason: str) -> str:
    """Of a list that is too old: since when nobody knows."""
    if reason != "stale-list":
        return ""
    made = lists[licence.read(data).face["status"]["list"]].made.astimezone(UTC)
    return f": its status is unknown since {made:%Y-%m-%d %H:%M} UTC"


def _record(data: bytes, trusted: Members) -> str:
    return json.dumps(asdict(record.verify(data, trusted)))


if __name__ == "__main__":
    sys.exit(main())
