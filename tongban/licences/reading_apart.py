"""A stranger's file is taken apart in a process of its own (隔离解析), as `documents` does it: little memory, little time, nothing written.

`python -m tongban.licences.reading_apart shown|share < file` answers one JSON object: what was shown, or why it cannot be read. Its answer is
believed no more than the file: signature and content are read strictly and proved by whoever asked.
"""

import base64
import json
import os
import resource
import sys
from typing import Any, NoReturn

from tongban.documents.confining import NOTHING_WRITTEN, confine
from tongban.documents.reading import process
from tongban.kernel.events import format_instant, parse_instant
from tongban.licences.content import BadContent, read_content
from tongban.licences.face import BadFace, as_envelope, read_envelope
from tongban.licences.sealed import FoundSeal, Put
from tongban.licences.share_codes import ShareCode, read_share_code
from tongban.licences.showing import MAX_FILE, Unreadable, find_share_code, read_shown
from tongban.licences.verdicts import Reason, Shown

MEMORY, CPU_SECONDS, FILES = 1024 * 1024 * 1024, 8, 64
SECONDS = 60.0
"""On a clock; the processor's limit ends what takes long, this what hangs."""
MOST_ANSWERED = 4 * 1024 * 1024
LIMITS = (
    (resource.RLIMIT_AS, MEMORY),
    (resource.RLIMIT_CPU, CPU_SECONDS),
    (resource.RLIMIT_NOFILE, FILES),
    *NOTHING_WRITTEN,
)
_SIMPLE = (b"{", b"TB")
"""Text and licence files: read by strict parsers of our own, here."""


def read_shown_apart(data: bytes) -> Shown:
    """As `read_shown`. What is killed for the memory or the time that it takes is too large. Raises `Unreadable`."""
    if len(data) > MAX_FILE or data.startswith(_SIMPLE):
        return read_shown(data)
    return _read_answer(_ask(data, "shown"))


def find_share_code_apart(data: bytes) -> ShareCode | None:
    """As `find_share_code`."""
    if len(data) > MAX_FILE or data.startswith((*_SIMPLE, b"%PDF-", b"PK")):
        return None
    try:
        found = json.loads(_ask(data, "share"))
    except (Unreadable, ValueError, RecursionError):
        return None
    code = found.get("share") if isinstance(found, dict) else None
    return read_share_code(code) if isinstance(code, str) else None


def _ask(data: bytes, what: str) -> bytes:
    command = [sys.executable, "-s", "-P", "-m", __name__, what]
    # The packages of this process and nothing else of its environment: the reader has no secret to lose.
    env = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        return process.run_reader(command, data, env=env, seconds=SECONDS, most=MOST_ANSWERED)
    except process.Unreadable as unreadable:
        raise Unreadable(Reason.TOO_LARGE if unreadable.reason == "too-long" else Reason.NOT_A_LICENCE) from None


def _read_answer(said: bytes) -> Shown:
    try:
        answer = json.loads(said)
        if "unreadable" in answer:
            raise Unreadable(Reason(answer["unreadable"]))
        signed, *others = (read_envelope(base64.b64decode(one, validate=True)) for one in answer["envelopes"])
        content = read_content(base64.b64decode(answer["content"], validate=True)) if answer["content"] else None
        return Shown(signed, content, tuple(others), check_seal=_read_seal(answer["seal"]))
    except Unreadable:
        raise
    except (BadFace, BadContent, KeyError, TypeError, ValueError, RecursionError):
        raise Unreadable(Reason.NOT_A_LICENCE) from None


def _read_seal(value: Any) -> FoundSeal | None:
    if value is None:
        return None
    if "fault" in value:
        return FoundSeal(fault="none" if value["fault"] == "none" else "broken")
    certificate, maker = (base64.b64decode(value[name]) for name in ("certificate", "maker"))
    return FoundSeal(Put(certificate, maker, parse_instant(value["at"])))


def _say(shown: Shown) -> dict[str, object]:
    envelopes = [as_envelope(one) for one in (shown.signed, *shown.others)]
    content = shown.content.as_bytes() if shown.content else b""
    return {"envelopes": list(map(_text, envelopes)), "content": _text(content), "seal": _say_seal(shown.check_seal)}


def _say_seal(found: object) -> dict[str, str] | None:
    if not isinstance(found, FoundSeal):
        return None
    if found.put is None:
        return {"fault": found.fault}
    put = found.put
    return {"certificate": _text(put.certificate), "maker": _text(put.maker), "at": format_instant(put.at)}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _answer(data: bytes, what: str) -> dict[str, object]:
    try:
        if what == "share":
            code = find_share_code(data)
            return {"share": code.as_text() if code else ""}
        return _say(read_shown(data))
    except Unreadable as unreadable:
        return {"unreadable": unreadable.reason.value}
    except MemoryError:
        return {"unreadable": Reason.TOO_LARGE.value}


def main() -> NoReturn:
    confine(LIMITS, awaited=True)
    sys.stdout.write(json.dumps(_answer(sys.stdin.buffer.read(MAX_FILE + 1), sys.argv[1])))
    sys.stdout.flush()
    # No destructors of parsers that may be in a bad state.
    os._exit(0)


if __name__ == "__main__":
    main()
