"""The command `tongban`. Start here, then `grammar.py` (what there is) and `commands/` (what each does).

Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 130 interrupted.
"""

import os
import secrets
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import django
import structlog

from tongban.kernel.refusals import Refused
from tongban.project import grammar, home, logs

log = structlog.get_logger()


def main(arguments: Sequence[str] | None = None) -> int:
    args = grammar.build().parse_args(arguments)
    try:
        return run(args) or 0
    except Refused as refused:
        return _say_refusal(refused)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1
    except Exception:
        return _say_bug()


def run(args: Namespace) -> int | None:
    command: grammar.Command = args.command
    # Only the directory of a node gets a log; what else --home may name is none of ours yet.
    opens = _opens(command, args)
    logged = args.home if opens == "node" and args.home.is_dir() else None
    logs.configure(command.words.rpartition(" ")[2], home=logged, quiet=_is_quiet(args))
    _open(opens, args)
    code: int | None = _function(command)(args)
    return code


def _is_quiet(args: Namespace) -> bool:
    """A command that ends answers on the terminal; only the processes that stay log to it."""
    return getattr(args, "quiet", True)


def _opens(command: grammar.Command, args: Namespace) -> grammar.Opens:
    """What only stores when told so opens a node only then."""
    if command.opens != "node-if-storing":
        return command.opens
    return "nothing" if args.dry_run or args.home is None else "node"


def _open(what: grammar.Opens, args: Namespace) -> None:
    if what == "node":
        home.prepare(args.home)
    elif what == "django":
        os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.project.settings"
        django.setup()


def _function(command: grammar.Command) -> Callable[[Namespace], Any]:
    """Imported this late because the module may import tables, which need Django set up."""
    module, function = command.target
    found: Callable[[Namespace], Any] = getattr(import_module(module), function)
    return found


def _say_refusal(refused: Refused) -> int:
    for language in ("zh", "en"):
        print(refused.sentence(language), refused.next_step(language), file=sys.stderr)
    return 1


def _say_bug() -> int:
    incident = secrets.token_hex(4)
    log.error("bug", incident=incident, exc_info=True)
    print(f"程序出错，编号 {incident}，详情见日志。", file=sys.stderr)
    print(f"Something went wrong: incident {incident}; the log tells where.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
