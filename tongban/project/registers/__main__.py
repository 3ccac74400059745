"""Start one demo register, or write the file of invented people."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.project.registers import businesses, insured, records, residence
from tongban.project.registers.people import DemoPerson, load_people, make_people, save_people
from tongban.project.registers.platform import Platform
from tongban.project.registers.results import Results
from tongban.project.registers.server import Answering, DemoServer
from tongban.review.adapters.base import SHORTEST_SECRET

WARNING = (
    "DEMO REGISTER ({kind}): invented people, not a government register. 演示登记库：人员均为虚构，并非真实登记系统。"
)


class NoDemoInProduction(Refused):
    text = Text("生产模式下不能启动演示登记库。", "Demo registers do not start in production mode.")
    advice = Text("请在设置中填写真实登记系统的地址。", "Put the addresses of the real registers into the settings.")


class NoSecret(Refused):
    text = Text("没有与登记库共用的密钥。", "There is no secret shared with the register.")
    advice = Text(
        "用 --secret-file 或 TONGBAN_REGISTER_SECRET 给出至少 {length} 个字符的密钥。",
        "Give one of at least {length} characters with --secret-file or TONGBAN_REGISTER_SECRET.",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    try:
        return _write_people(options) if options.kind == "people" else _serve(options)
    except Refused as refused:
        print(refused.sentence("zh"), refused.sentence("en"), refused.next_step("en"), sep="\n", file=sys.stderr)
        return 2


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tongban.project.registers", description=__doc__)
    parser.add_argument("kind", choices=["insured", "residence", "platform", "others", "people"])
    parser.add_argument("--people", type=Path, required=True, metavar="FILE", help="the invented people, JSON")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one and prints it")
    parser.add_argument("--secret-file", type=Path, metavar="FILE", help="the shared secret, one line")
    parser.add_argument(
        "--filings",
        type=Path,
        metavar="FILE",
        help="where the platform remembers its filings, and the insurance register reads them",
    )
    parser.add_argument("--records", type=Path, metavar="FILE", help="for others: the invented rows of the registers")
    parser.add_argument("--results", type=Path, metavar="FILE", help="for others: where results are remembered")
    parser.add_argument("--silence", type=float, default=60, metavar="SECONDS", help="how long a silent register waits")
    parser.add_argument("--seed", type=int, default=1, help="for people: draw the same people again")
    return parser.parse_args(arguments)


def _serve(options: argparse.Namespace) -> int:
    if os.environ.get("TONGBAN_MODE") == "production":
        raise NoDemoInProduction
    paths = answering(
        options.kind,
        load_people(options.people),
        filings=options.filings,
        rows=options.records,
        results=options.results,
    )
    server = DemoServer(options.port, secret=_secret(options), paths=paths, silence_seconds=options.silence)
    print(WARNING.format(kind=options.kind), file=sys.stderr, flush=True)
    print(server.url, flush=True)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
    return 0


def answering(
    kind: str,
    people: dict[str, DemoPerson],
    *,
    filings: Path | None = None,
    rows: Path | None = None,
    results: Path | None = None,
) -> dict[str, Answering]:
    if kind == "others":
        known = Results(results)
        return {**records.answering(people, records.load_records(rows), known), **known.answering()}
    if kind == "platform":
        return Platform(people, filings).answering()
    return insured.answering(people, filings) if kind == "insured" else residence.answering(people)


def _secret(options: argparse.Namespace) -> str:
    secret = os.environ.get("TONGBAN_REGISTER_SECRET", "")
    if options.secret_file:
        secret = options.secret_file.read_text()
    if len(secret.strip()) < SHORTEST_SECRET:
        raise NoSecret(length=SHORTEST_SECRET)
    return secret.strip()


def _write_people(options: argparse.Namespace) -> int:
    today = legal_day(datetime.now().astimezone())
    people = [*make_people(seed=options.seed, today=today), *businesses.further_cast(today)]
    save_people(options.people, people)
    if options.records:
        records.save_records(options.records, businesses.make_records(people, today=today))
    return 0


if __name__ == "__main__":
    sys.exit(main())
