"""The malware scan of every file before any person or other node gets it (SR-30). What is not known to be clean is quarantined (隔离).

A file is scanned when it is handed in, when it arrives from another node, when a quarantined one is opened, and by a job.
"""

from datetime import datetime
from functools import cache
from typing import cast
from uuid import UUID

import structlog
from django.conf import settings

from tongban.documents.adapters.base import Reason, Scanner, State, Verdict
from tongban.documents.adapters.clamd import Clamd
from tongban.documents.adapters.demo_scanner import DemoScanner
from tongban.documents.models import BlobUse
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

UNSCANNED = Verdict("quarantined", "unscanned")
PASSING: tuple[Reason, ...] = ("unscanned", "down", "timeout")
"""What another try may end. A file too large or encrypted stays what it is."""

log = structlog.get_logger()


class ScannerNotConfigured(Refused):
    """Production keeps no file that nothing has looked at."""

    status = 503
    text = Text("未配置病毒扫描，正式环境不接收文件。", "No malware scanner is configured; production takes no files.")
    advice = Text("请系统管理员设置 TONGBAN_CLAMD。", "Ask the operator to set TONGBAN_CLAMD.")


class InfectedFile(Refused):
    status = 422
    text = Text("文件中发现恶意程序，没有保存。", "Malware was found in the file; it was not kept.")
    advice = Text(
        "请对您的设备查杀病毒，再重新扫描或拍照上传，或到窗口办理。",
        "Clean your device, then scan or photograph the paper again, or bring it to the counter.",
    )


class FileQuarantined(Refused):
    """Nobody opens it, whatever their role, and no other node gets it."""

    text = Text("文件尚未通过安全检查，暂不能打开。", "The file has not passed the malware scan and cannot be opened.")
    advice = Text("检查恢复后会自动重查，请稍后再试。", "It is scanned again by itself; try again later.")


class FilesAwaitScan(Refused):
    text = Text(
        "文件尚未通过安全检查，暂不能提交。", "A file has not passed the malware scan; this cannot be sent yet."
    )
    advice = Text(
        "请稍后重新上传并提交，或换一个文件，或到窗口办理。",
        "Upload and send it again later, choose another file, or come to the counter.",
    )


WAITING = Text(
    "文件正在等待安全检查，通过后才能提交。草稿已保存，请稍后再来。",
    "The file waits for the malware scan and can be sent once it has passed. The draft is kept; come back later.",
)
CANNOT_BE_SCANNED = Text(
    "文件无法完成安全检查，请换一个较小、未加密的文件。",
    "The file cannot be scanned for malware; choose a smaller one that is not encrypted.",
)
WAS_INFECTED = Text(
    "文件中发现恶意程序，已删除。请重新扫描或拍照后上传。",
    "Malware was found in the file, and it was removed. Scan or photograph the paper again.",
)


def words_of(verdict: Verdict) -> Text:
    """What the person is told whose file it is."""
    if verdict.state == "infected":
        return WAS_INFECTED
    return WAITING if verdict.reason in PASSING else CANNOT_BE_SCANNED


def get_scanner(mode: str, address: str) -> Scanner:
    """Refuses `ScannerNotConfigured`: the scanner of demonstrations is none."""
    if address:
        return Clamd(address)
    if mode != "demo":
        raise ScannerNotConfigured
    return _demo()


@cache
def _demo() -> DemoScanner:
    """Once in a process, so that it warns once."""
    return DemoScanner()


def scan(data: bytes) -> Verdict:
    """By the scanner of this node. Refuses `ScannerNotConfigured`."""
    verdict = get_scanner(settings.MODE, settings.CLAMD).scan(data)
    if verdict.state != "clean":
        log.warning("file not clean", outcome=verdict.state, reason=verdict.reason or verdict.found)
    return verdict


def judge(use: BlobUse, data: bytes, *, at: datetime) -> Verdict:
    """Scan what is quarantined and may pass now; the verdict is kept."""
    if use.state != "quarantined" or use.reason not in PASSING:
        return verdict_of(use)
    verdict = scan(data)
    use.state, use.reason, use.scanned_at = verdict.state, verdict.reason, at
    use.save(update_fields=["state", "reason", "scanned_at"])
    return verdict


def verdict_of(use: BlobUse) -> Verdict:
    return Verdict(cast(State, use.state), cast(Reason, use.reason))


def list_not_clean(region: str, case_id: UUID) -> dict[str, Verdict]:
    """By cipher: the files of a case that nobody may have."""
    rows = BlobUse.objects.filter(region=region, case_id=case_id).exclude(state="clean")
    return {row.cipher: verdict_of(row) for row in rows}
