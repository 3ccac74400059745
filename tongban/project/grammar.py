"""Every command of `tongban` with its words, arguments and one line of help. Reference: docs/reference/commands.md.

A command is the function `commands/<module>.py:<function>(arguments)`. `opens` says what must be ready before that module is imported:
"nothing", "django" (settings and apps, no database), "node" (the home given by --home, its database running) or "node-if-storing" (the same,
but nothing with --dry-run).
"""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

Opens = Literal["nothing", "django", "node", "node-if-storing"]


@dataclass(frozen=True)
class Argument:
    flags: tuple[str, ...]
    options: dict[str, Any]


@dataclass(frozen=True)
class Command:
    words: str
    help: str
    opens: Opens
    arguments: tuple[Argument, ...] = ()
    module: str = ""

    @property
    def group(self) -> str:
        return self.words.partition(" ")[0]

    @property
    def target(self) -> tuple[str, str]:
        """Module and function: `list-draft` of `alliance` is `list_draft`. A module may name another function behind a colon."""
        module, _, named = self.module.partition(":")
        function = named or self.words.rpartition(" ")[2].replace("-", "_")
        return module or f"tongban.project.commands.{self.group}", function


def _arg(*flags: str, **options: Any) -> Argument:
    return Argument(flags, options)


def _file(name: str, help: str) -> Argument:
    return _arg(name, type=Path, help=help, **({"required": True} if name.startswith("-") else {}))


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


HOME = _arg("--home", type=Path, required=True, help="the node's directory")
JSON = _arg("--json", action="store_true", help="answer with one JSON object")
FROM = _arg("--from", type=Path, required=True, dest="source", metavar="DIR", help="directory written by node backup")
QUIET = _arg("--quiet", action="store_true", help="log to the file only, not to stderr")
OUT = _arg("--out", type=Path, required=True, help="file to write")
KEY = _arg("--key", type=Path, action="append", required=True, help="private key file; may be repeated")

PAPERS = "tongban.project.commands.papers"
NEW = "tongban.project.commands.newnode"
BACKUPS = "tongban.project.commands.backups"
REHEARSING = "tongban.project.commands.rehearsing"
MATCHING = "tongban.project.commands.matching"

ADJUSTING = "tongban.project.commands.adjusting"
DEFINITIONS = "tongban.project.commands.definitions"
ITEM = (
    HOME, _arg("key", help="key of a service or of an item taken in"),
    _arg("--region", default="", help="deciding region of the service; default: a region of this node that has published it"),
    _arg("--layer", default="", help="layer of the item taken in"),
)  # fmt: skip
ADJUSTMENT = (
    _arg("--reason", required=True, help="why, in Chinese; shown in public"), _arg("--reason-en", default="", help="the same in English"),
    _arg("--from", dest="since", metavar="DAY", help="first day, such as 2026-12-01; default: today"),
)  # fmt: skip

CASE = _arg("case", type=UUID, metavar="CASE", help="id of the case")
AT_CASE = _arg("--case", type=UUID, metavar="CASE", help="only this case")
AT_PEER = _arg("--peer", metavar="REGION", help="only this peer region")
CONFIRM = _arg("--confirm", type=UUID, metavar="REQUEST", help="do what somebody else has asked for")
MAYBE_CASE = _arg("case", type=UUID, nargs="?", metavar="CASE", help="id of the case")
REASON = _arg("--reason", default="", help="why; nothing personal")
SIGN_IN = (
    _arg("--user", required=True, help="your account here, with the role operator (to confirm also supervisor)"),
    _arg("--password-file", type=Path, help="first line is the password; asked for when left out"),
    _arg("--code", help="one-time code of the second factor; asked for when left out"),
)

GROUPS = {
    "client": "other systems and their tokens (接口客户端)",
    "node": "one node: make, bring up to date, run, ask (节点)",
    "alliance": "member list and agreements: draw up, sign, take in (联盟)",
    "catalogue": "service definitions (事项)",
    "rules": "rules of the items: tried, computed, explained (规则)",
    "staff": "accounts of the offices (工作人员)",
    "calendar": "working days (工作日历)",
    "record": "record files of cases (办理记录)",
    "outbox": "what peers have not confirmed yet (待发)",
    "parked": "cases that wait until somebody has looked (暂停处理)",
    "fork": "two signed events that cannot both stand (分叉证据)",
    "licence": "e-licences: verified, checked (电子证照)",
    "case": "one case, seen by the operator (办件说明)",
    "recover": "after a restore (节点恢复)",
    "drill": "practising what must work one day (演练)",
    "checkpoint": "signed roots of this node's log, and who witnessed them (检查点)",
}

COMMANDS = (
    Command(
        "demo", "three nodes with made-up people on this machine (演示)", "nothing",
        (
            _arg("--home", type=Path, help="directory to keep it in; default $TONGBAN_DEMO_HOME, else var/demo (it is printed)"),
            _arg("--port-base", type=int, default=8101, help="first of the three ports; moves on when taken"),
            _arg("--once", action="store_true", help="play two whole cases in a fresh directory, verify the records, end"),
            _arg("--json", action="store_true", help="with --once: answer with one JSON object"),
        ),
    ),
    Command(
        "bench", "measure whole cases on this machine (性能测量)", "nothing",
        (
            _arg("--only", default="", metavar="KEY", help="one figure, such as append_ratio"),
            _arg("--out", type=Path, default=Path("build/bench.json"), help="file to write; default build/bench.json"),
            _arg("--cases", type=int, default=150, help="whole cases; default 150"),
            _arg("--appends", type=int, default=300, help="appends, each beside a bare one; default 300"),
            _arg("--events", type=int, default=1000, help="events between two nodes; default 1000"),
            _arg("--rows", type=int, default=1_000_000, help="cases behind the worklist; default 1000000"),
            _arg("--requests", type=int, default=200, help="worklist pages opened; default 200"),
            _arg("--past", type=int, default=100_000, help="recorded cases that a draft is tried on; default 100000"),
            _arg("--decisions", type=int, default=60, help="cases decided by rules, one at a time; default 60"),
            _arg("--items", type=int, default=10_000, help="items, each at 140 places, behind a guide; default 10000"),
            _arg("--licences", type=int, default=100_000, help="licences that are checked; default 100000"),
            _arg("--pages", type=int, default=3, help="how often a page is read; default 3"),
            _arg("--companies", type=int, default=1_000_000, help="companies that policies are matched with; default 1000000"),
        ),
    ),
    Command(
        "node init", "make keys, database and basic data of a new node", "nothing",
        (
            HOME,
            _arg("--id", required=True, help="the node's name in the member list, such as 370115-1"),
            _arg("--regions", type=_list, required=True, help="codes of the regions it hosts, with commas"),
            _arg("--url", required=True, help="its address for people and peers"),
            _arg("--alliance", required=True, help="name of the alliance"),
            _arg("--trust", type=Path, required=True, help="the alliance's root keys (trust.json)"),
            _arg("--demo", action="store_true", help="for trying: accepts made-up people, refuses production"),
        ),
        NEW,
    ),
    Command("node migrate", "bring tables and basic data up to this release", "node", (HOME,)),
    Command(
        "node recover", "this node was restored: only read until its peers have said what it had sent (恢复)", "node",
        (HOME, _arg("--reason", required=True, help="what happened, for the operators' page")),
    ),
    Command("node status", "what this node hosts, knows and waits for", "node", (HOME, JSON)),
    Command("node public", "what the alliance needs for the member list, as JSON", "nothing", (HOME,), NEW),
    Command(
        "node key-new", "make one more key; it is used once a member list names it", "nothing",
        (HOME, _arg("--purpose", choices=("event", "request", "encryption", "licence"), required=True, help="what it is for")), NEW,
    ),
    Command(
        "node serve", "serve pages and peers until stopped", "node",
        (
            HOME, QUIET,
            _arg("--port", type=int, help="default: the port of the node's address"),
            _arg("--bind", default="127.0.0.1", help="address to listen on; default 127.0.0.1"),
            _arg("--workers", type=int, default=1, help="processes; default 1"),
            _arg("--threads", type=int, default=8, help="threads per process; default 8"),
        ),
        "tongban.project.commands.serving",
    ),
    Command(
        "node worker", "do jobs and send to peers until stopped", "node",
        (HOME, QUIET, _arg("--concurrency", type=int, default=4, help="jobs at a time; default 4")),
        "tongban.project.commands.working",
    ),
    Command(
        "node signer", "sign what was reserved, with keys that no other process holds, until stopped", "node",
        (HOME, QUIET), "tongban.project.commands.signing",
    ),
    Command(
        "node backup", "copy database and files while the node runs, without keys", "nothing",
        (HOME, _arg("--to", type=Path, required=True, help="new directory to write")), BACKUPS,
    ),
    Command(
        "node backup-keys", "write the node's keys to one file, to be kept apart from its backups", "nothing",
        (HOME, _arg("--to", type=Path, required=True, help="new file to write, mode 0600")), BACKUPS,
    ),
    Command(
        "node restore", "bring a stopped node, or an empty directory, back to a backup", "nothing",
        (
            HOME, FROM,
            _arg("--keys", type=Path, help="file written by node backup-keys; needed where the home holds no keys"),
        ),
        BACKUPS,
    ),
    Command(
        "drill restore", "restore to a scratch directory, prove everything, tell the time", "nothing",
        (FROM, JSON, _arg("--work", type=Path, help="where the scratch directory is made; default: the system's")),
    ),
    Command(
        "verify", "prove every event, receipt and head that this node holds; names what is wrong", "node",
        (
            HOME, JSON, _arg("--case", type=UUID, metavar="ID", help="one case only"),
            _arg("--all", action="store_true", help="everything; so without --case"),
        ),
    ),
    Command(
        "checkpoint list", "this node's newest checkpoints with their witnesses, what it witnessed, and evidence", "node",
        (HOME, JSON, _arg("--limit", type=int, default=20, help="of each region; default 20")),
    ),
    Command("checkpoint make", "sign the logs now and have them witnessed, without waiting for the worker", "node", (HOME,)),
    Command("checkpoint compare", "ask the witnesses whether our log still is what they hold of it", "node", (HOME, JSON)),
    Command(
        "alliance root-new", "make one root key", "nothing",
        (OUT, _arg("--name", required=True, help="who holds it, such as root-1")),
        PAPERS,
    ),
    Command(
        "alliance trust", "write the trust file from root keys", "nothing",
        (
            OUT, _arg("--alliance", required=True, help="name of the alliance"),
            _arg("--root", type=Path, action="append", required=True, help="root key file; repeat for each"),
            _arg("--threshold", type=int, required=True, help="how many roots must sign"),
        ),
        PAPERS,
    ),
    Command(
        "alliance list-draft", "draw up a member list from nodes' public files", "nothing",
        (
            OUT, _file("--trust", "trust.json of the alliance"),
            _arg("--node", type=Path, action="append", help="file written by node public; repeat for each"),
            _arg("--follows", type=Path, help="the signed list before this one; what is not mentioned stays as it was"),
            _arg("--suspend", action="append", metavar="NODE", help="nothing new of this node is taken any more"),
            _arg("--reinstate", action="append", metavar="NODE", help="a suspended node takes part again"),
            _arg("--stolen", action="append", metavar="KEY=INSTANT", help="since when somebody else may have this key"),
            _arg("--lead-minutes", type=int, default=60, help="a new key is used so much later; default 60"),
            _arg("--overlap-days", type=int, default=30, help="the key it replaces is accepted so much longer; default 30"),
            _arg("--days", type=int, default=30, help="how long it is valid; default 30"),
        ),
        PAPERS,
    ),
    Command(
        "alliance list-sign", "sign a member list with root keys", "nothing",
        (_file("document", "draft or partly signed list"), KEY, OUT), PAPERS,
    ),
    Command(
        "alliance members",
        "write the file that record verify trusts: root keys and all signed lists",
        "nothing",
        (
            OUT,
            _file("--trust", "trust.json of the alliance"),
            _arg("--list", type=Path, action="append", required=True, help="a signed list; repeat for each version"),
        ),
        PAPERS,
    ),
    Command(
        "alliance list-import", "take a signed member list into a node", "node",
        (HOME, _file("document", "signed list")),
    ),
    Command(
        "alliance fence", "collect the fence statements of all places of a case whose node is suspended", "node",
        (
            HOME, OUT, _arg("--case", required=True, metavar="ID", help="the case"),
            _arg("--region", required=True, help="region hosted here that is to go on with it"),
        ),
    ),
    Command(
        "alliance reassign-draft", "check the fences and draw up an order of reassignment", "nothing",
        (
            _file("fences", "file written by alliance fence"), OUT,
            _arg("--to", required=True, help="region that goes on with the case"),
            _arg("--list", type=Path, action="append", required=True, help="signed list; repeat for each that a fence names"),
        ),
        PAPERS,
    ),
    Command(
        "alliance reassign-sign", "sign an order of reassignment with root keys", "nothing",
        (_file("document", "draft or partly signed order"), KEY, OUT), PAPERS,
    ),
    Command(
        "alliance reassign", "go on with a case by order of the alliance", "node",
        (HOME, _arg("--order", type=Path, required=True, help="signed order")),
    ),
    Command(
        "alliance agreement-draft", "check an agreement written as YAML and draw it up", "nothing",
        (_file("source", "YAML file, see docs/reference/commands.md"), OUT), PAPERS,
    ),
    Command(
        "alliance agreement-sign", "sign an agreement with a node's event key", "nothing",
        (
            HOME, _file("document", "draft or partly signed agreement"), OUT,
            _arg("--key-id", help="id of a later event key; default: the first one"),
        ),
        PAPERS,
    ),
    Command(
        "alliance agreement-import", "take an agreement signed by all members into a node", "node",
        (HOME, _file("document", "signed agreement")),
    ),
    Command(
        "catalogue publish", "sign and publish this release's definition of an item for a region", "node",
        (
            HOME, _arg("key", help="item, such as remote-medical-filing"), _arg("--region", required=True, help="deciding region"),
            _arg("--without-rehearsal", default="", metavar="REASON", help="why changed rules were not rehearsed; only without past cases"),
            _arg("--reason", default="", help="why the item is added or changed; stays in its history"),
        ),
    ),
    Command("catalogue fetch", "fetch the definitions that peers have published", "node", (HOME,)),
    Command(
        "catalogue check", "say what publishing would refuse in a definition, or in all of this release", "nothing",
        (_arg("definition", nargs="*", help="merged definition as YAML or JSON, or the key of an item of this release"), JSON),
        "tongban.project.commands.checking",
    ),
    Command(
        "catalogue examples", "print the examples of an item with what the rules decide", "nothing",
        (
            _arg("--key", default="remote-medical-filing", help="name of the item"),
            _arg("--region", help="only the examples of this deciding region"),
        ),
        "tongban.project.commands.examples",
    ),
    Command(
        "catalogue export", "write the signed publication of a definition to a file", "node",
        (HOME, OUT, _arg("hash", help="the definition's hash, as in the events of a case")), REHEARSING,
    ),
    Command(
        "catalogue export-definition", "write a whole definition as YAML with its layers merged", "node",
        (
            HOME, _arg("key", help="item, such as remote-medical-filing"), _arg("--region", required=True, help="deciding region"),
            _arg("--version", type=int, metavar="N", help="default: the newest"),
            _arg("--out", type=Path, metavar="FILE", help="default: standard output"),
        ),
        DEFINITIONS,
    ),
    Command(
        "catalogue import-definition", "take in a whole definition as the draft of its item, or publish it", "node-if-storing",
        (
            _file("file", "definition as YAML or JSON"), JSON, _arg("--home", type=Path, help="the node's directory; needed to store"),
            _arg("--dry-run", action="store_true", help="check and say the hash only; needs no node"),
            _arg("--replace", action="store_true", help="also where a draft is open"),
            _arg("--publish", action="store_true", help="sign and publish exactly this instead of making a draft of it"),
            _arg("--without-rehearsal", default="", metavar="REASON", help="why changed rules were not rehearsed; only without past cases"),
            _arg("--reason", default="", help="why the item is added or changed; stays in its history"),
        ),
        DEFINITIONS,
    ),
    Command(
        "catalogue import", "read published items from files and report every odd value; store them unless --dry-run", "node-if-storing",
        (
            _arg("files", type=Path, nargs="+", metavar="FILE", help="guide (JSON), list (YAML or JSON) or filled-in template (xlsx)"),
            JSON, _arg("--dry-run", action="store_true", help="read and report only; needs no node"),
            _arg("--home", type=Path, help="the node's directory; needed to store"),
        ),
        "tongban.project.commands.importing:read",
    ),
    Command(
        "catalogue lint", "say what is not good about the definitions of this release, or about definitions and items in files", "nothing",
        (
            _arg("files", type=Path, nargs="*", metavar="FILE", help="definition, or as catalogue import reads them; default: the release"), JSON,
            _arg("--item", action="append", metavar="KEY", help="only this item; may be repeated"),
            _arg("--severity", choices=["info", "warning", "error"], default="info", help="print from this severity up"),
        ),
        "tongban.project.commands.linting",
    ),
    Command(
        "catalogue diff", "list how items differ between places, graded, with what liaison officers have to settle", "nothing",
        (
            _arg("--item", action="append", default=[], metavar="ITEM", help="key or code; may be repeated; default: every item"),
            _arg("--places", nargs="+", required=True, metavar="PLACE", help="region codes, also with commas, or files of definitions"),
            _arg("--standard", metavar="PLACE", help="the agreed standard: national, a region or a file; what all say alike is then told too"),
            _arg("--declared", type=Path, metavar="FILE", help="JSON list of declared deviations: place, item, path, reason"),
            _arg("--out", type=Path, metavar="FILE", help="write the differences as xlsx or CSV"),
            _arg("--root", type=Path, metavar="DIR", help="read the layers from here; default: this release's"), JSON,
        ),
        "tongban.project.commands.comparing",
    ),
    Command(
        "catalogue history", "list every version of an item with who, why and from when, or what changed between two", "node",
        (
            *ITEM, JSON, _arg("--before", type=int, metavar="VERSION", help="compare this version"),
            _arg("--after", type=int, metavar="VERSION", help="with this one"),
        ),
        ADJUSTING,
    ),
    Command("catalogue suspend", "let nobody newly apply for an item, until it is resumed", "node", (*ITEM, *ADJUSTMENT), ADJUSTING),
    Command("catalogue resume", "let people apply again for an item", "node", (*ITEM, *ADJUSTMENT), ADJUSTING),
    Command("catalogue withdraw", "take an item away; open cases go on", "node", (*ITEM, *ADJUSTMENT), ADJUSTING),
    Command(
        "catalogue merge", "take an item away because another has taken its place", "node",
        (*ITEM, *ADJUSTMENT, _arg("--into", required=True, metavar="KEY", help="key of the other item")), ADJUSTING,
    ),
    Command(
        "catalogue national", "write items in the shape of the national upload tables, and say what is missing there", "node",
        (
            HOME, OUT, _arg("--region", required=True, help="whose definitions in force"),
            _arg("--taken", action="store_true", help="and every item that was taken in here"),
        ),
        "tongban.project.commands.national:write",
    ),
    Command("catalogue template", "write the workbook (xlsx) that an office fills in", "nothing", (OUT,), "tongban.project.commands.importing"),
    Command(
        "rules eval", "evaluate expressions over given facts: true, false or unknown", "nothing",
        (
            _arg("--batch", type=Path, metavar="FILE", help='lines {"expr", "facts"}; - for standard input'),
            _arg("--expr", default="", help="one expression"),
            _arg("--facts", default="{}", metavar="JSON", help="its facts, by name"),
        ),
    ),
    Command(
        "rules test", "run every example of every definition of this release", "nothing",
        (
            _arg("--key", action="append", metavar="ITEM", help="only this item; may be repeated"),
            _arg("--table", type=Path, metavar="FILE", help="also write them as a table to read and sign: FILE.html or FILE.xlsx, of one --key"),
            _arg("--language", choices=["zh", "en"], default="zh", help="of the table; default zh"),
        ),
    ),
    Command(
        "rules explain", "say an expression in words, or explain an example point by point", "nothing",
        (
            _arg("--expr", help="expression to be said in words"),
            _arg("--key", metavar="ITEM", help="item of the example"),
            _arg("--example", type=int, metavar="N", help="its number, as rules test and catalogue examples count"),
            _arg("--language", choices=["zh", "en"], help="only this language"),
        ),
    ),
    Command(
        "rules match", "match the rule sets of an item with a population: who meets them, who is one step short", "nothing",
        (
            _arg("ruleset", metavar="RULESET", help="merged definition as YAML or JSON, or the key of an item of this release"),
            _file("data", "Parquet file whose columns are elements"),
            _arg("--region", help="deciding region of an item of this release; default: that of its first example"),
            _arg("--situation", metavar="ID", help="only the rule set of this situation"),
            _arg("--id", metavar="COLUMN", help="column that names a row in the file written; default: its number from 0"),
            _arg("--out", type=Path, help="Parquet file to write, one line for each row and rule set"),
            _arg("--engine", choices=("polars", "duckdb"), default="polars",
                 help="duckdb: for data larger than memory, with the extra tongban[population]; default polars"),
        ),
        MATCHING,
    ),
    Command(
        "case inspections", "what should have been looked into after a decision and was not, by office", "node", (HOME, JSON),
        "tongban.project.commands.supervision:list_late",
    ),
    Command(
        "rules rehearse", "try a draft of an item on the cases assessed so far, and name those that come out otherwise", "node",
        (
            HOME, JSON, _arg("draft", type=Path, help="merged definition as YAML or JSON, or the key of an item of this release"),
            _arg("--region", required=True, help="deciding region"),
            _arg("--since", metavar="DAY", help="only cases assessed since this day, such as 2026-01-01"),
        ),
        REHEARSING,
    ),
    Command(
        "rules recompute", "compute the decisions of a record file once more; needs no node", "nothing",
        (
            _file("file", "record file"), JSON,
            _arg("--trust", type=Path, help="what alliance members wrote; without it no signature is checked"),
            _arg("--definition", type=Path, action="append", help="what catalogue export wrote, or a merged definition; may be repeated"),
        ),
        "tongban.project.commands.recomputing",
    ),
    Command(
        "staff add", "open an account and print its second factor, once", "node",
        (
            HOME,
            _arg("username", help="for signing in, such as zhaomin"),
            _arg("--region", required=True, help="region of the office"),
            _arg("--office", required=True, help="code of the office"),
            _arg("--name", required=True, help="name shown on pages"),
            _arg("--roles", type=_list, required=True, help="such as reception or acceptance,examiner"),
            _arg("--password-file", type=Path, help="first line is the password; asked for when left out"),
        ),
    ),
    Command(
        "client add", "issue a token to another system and print it, once", "node",
        (
            HOME,
            _arg("name", help="of the system; more tokens may be issued to the same name"),
            _arg("--regions", type=_list, required=True, help="codes of regions hosted here, with commas"),
            _arg("--scopes", type=_list, required=True, help="such as items:read,cases:read,cases:write"),
            _arg("--days", type=int, default=90, help="how long it is valid; default 90, at most 400"),
            _arg("--per-minute", type=int, default=600, help="requests a minute; default 600"),
            _arg("--staff", default="", metavar="REF", help="member of staff in whose name it acts; needed for worklists and decisions"),
            _arg("--roles", type=_list, default=(), help="which of this person's roles"),
        ),
    ),
    Command("client list", "tokens with what they open, their end and their last use", "node", (HOME, JSON)),
    Command("client revoke", "end a token at once", "node", (HOME, _arg("token", type=UUID, metavar="ID", help="id of the token"))),
    Command(
        "upload", "write or send decided cases in the shape of the national tables (国家平台上报)", "node",
        (
            HOME,
            _arg("--region", required=True, help="deciding region"),
            _arg("--since", metavar="DAY", help="only cases with something new since this day, such as 2026-11-20"),
            _arg("--out", type=Path, help="JSON lines file to write; otherwise it goes to the address that is set"),
        ),
    ),
    Command(
        "calendar show", "print the years of a region's calendar as YAML", "node",
        (HOME, _arg("--region", required=True, help="code of the region"), _arg("--year", type=int, help="only this year")),
    ),
    Command(
        "calendar set", "write one year as announced, from such a YAML file", "node",
        (HOME, _arg("--region", required=True, help="code of the region"), _file("file", "the year to write")),
    ),
    Command("peers", "every peer: what waits for it, breaker, clock, list, last comparison", "node", (HOME, JSON)),
    Command("outbox list", "every row that no receipt has settled, with its reason and next try", "node", (HOME, JSON, AT_PEER, AT_CASE)),
    Command(
        "outbox retry-now", "send now what waits, of a case or to a peer; of a case also what was rejected", "node",
        (HOME, JSON, AT_PEER, AT_CASE, *SIGN_IN),
    ),
    Command("parked list", "cases and requests that wait, and what waits for a second person", "node", (HOME, JSON)),
    Command("parked show", "the clear part of what waits in a case", "node", (HOME, JSON, CASE)),
    Command(
        "parked release", "ask to try a parked case again, or confirm what somebody asked for", "node",
        (HOME, JSON, MAYBE_CASE, REASON, CONFIRM, *SIGN_IN),
    ),
    Command(
        "parked answer", "ask to tell the other side something about it, or confirm that", "node",
        (
            HOME, JSON, MAYBE_CASE, REASON, CONFIRM, *SIGN_IN,
            _arg("--answer", default="", metavar="CODE", help="upgrade-planned, cannot-be-read, send-again or ask-alliance"),
            _arg("--proposal", type=UUID, metavar="ID", help="decline this parked request of theirs"),
        ),
    ),
    Command("fork show", "the forks of a case", "node", (HOME, JSON, CASE)),
    Command("fork export", "write the evidence to one file that proves itself", "node", (HOME, JSON, CASE, OUT, *SIGN_IN)),
    Command(
        "fork verify", "verify such a file against the alliance's roots; needs no node", "nothing",
        (_file("file", "evidence file"), _file("--trust", "trust.json of the alliance"), JSON),
        "tongban.project.commands.evidence",
    ),
    Command(
        "licence verify", "verify a licence: a file, a picture of its code, or the code itself; needs no node", "nothing",
        (
            _arg("what", metavar="FILE|CODE", help="PDF, picture, licence file, credential, or the text of the code"),
            _file("--trust", "what alliance members wrote, from somebody you trust"),
            _arg("--list", type=Path, action="append", metavar="FILE", help="a status list that you have; may be repeated"),
            _arg("--online", action="store_true", help="ask the issuer for its status list"),
            _arg("--audience", default="", help="of a credential: who you are, as you told the holder's app"),
            _arg("--nonce", default="", help="and what you gave it to sign; without both no proof of the holder is asked"), JSON,
        ),
        "tongban.project.commands.verifying_licences",
    ),
    Command(
        "licence check", "each licence issued here against decision, chain, signature, content and number (对账)", "node", (HOME, JSON),
        "tongban.project.commands.checking_licences",
    ),
    Command("case explain", "who must act and why a case waits", "node", (HOME, JSON, CASE)),
    Command("recover status", "what a restored node still waits for", "node", (HOME, JSON)),
    Command(
        "record verify", "verify a record file against keys you trust; needs no node", "nothing",
        (_file("file", "record file"), _file("--trust", "what alliance members wrote, from somebody you trust"), JSON),
    ),
)  # fmt: skip


def build(commands: Iterable[Command] = COMMANDS) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tongban", description="Tongban (通办): places handle each other's services.")
    words = parser.add_subparsers(metavar="COMMAND", required=True)
    groups: dict[str, Any] = {}
    for command in commands:
        group, _, verb = command.words.partition(" ")
        if verb and group not in groups:
            members = words.add_parser(group, help=GROUPS[group], description=GROUPS[group])
            groups[group] = members.add_subparsers(metavar="VERB", required=True)
        place = groups[group] if verb else words
        _add(place.add_parser(verb or group, help=command.help, description=command.help), command)
    return parser


def _add(parser: argparse.ArgumentParser, command: Command) -> None:
    for argument in command.arguments:
        parser.add_argument(*argument.flags, **argument.options)
    parser.set_defaults(command=command)
