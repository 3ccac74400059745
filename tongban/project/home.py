"""The home of a node: `node.json`, keys, embedded database, blobs, logs. Every process of the node opens it here, once.

Django reads its settings when it is set up, so whatever imports tables (the modules of `commands/`, `serve`, `worker`) is imported after `prepare`.
"""

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from psycopg.conninfo import conninfo_to_dict

from tongban.alliance.trust import load_trust
from tongban.kernel import crash, registries
from tongban.kernel.node import SIGNER_PURPOSES, Node, NodeHomeUnreadable, create_node, load_node
from tongban.kernel.refusals import Refused
from tongban.kernel.signer_keys import make_signer_key
from tongban.kernel.text import Text
from tongban.project import postgres
from tongban.project.postgres_layout import make_passable

DATABASE = "tongban"
TRUST = "trust.json"
ROOMS = ("blobs", "tmp", "log")


class OwnerUrlMissing(Refused):
    """The tables belong to a role of their own, which the running node does not know."""

    status = 503
    text = Text("设置了 DATABASE_URL，但没有 DATABASE_OWNER_URL。", "DATABASE_URL is set without DATABASE_OWNER_URL.")
    advice = Text(
        "请把表的所有者的连接地址写入 DATABASE_OWNER_URL 后重试。",
        "Put the connection of the tables' owner into DATABASE_OWNER_URL and try again.",
    )


class TablesBehind(Refused):
    """The program is newer than its database."""

    status = 503
    text = Text("数据库表结构落后 {count} 步（{first} 起）。", "The tables lack {count} migrations, {first} first.")
    advice = Text("请先运行 tongban node migrate。", "Run tongban node migrate first.")


class DemoNodeInProduction(Refused):
    """A node made for trying accepts invented people; it never becomes a real one."""

    status = 403
    text = Text("{path} 是演示节点，不能用于生产。", "{path} is a demonstration node and never serves in production.")
    advice = Text("请用 tongban node init 另建节点。", "Make another node with tongban node init.")


def make_home(
    home: Path, *, id: str, alliance: str, regions: tuple[str, ...], url: str, trust: Path, demo: bool = False
) -> Node:
    """Keys, `node.json` and the alliance's root keys in a new directory. Nothing is made when `trust` cannot be read."""
    load_trust(trust)
    _make_directory(home)
    node = create_node(home, id=id, alliance=alliance, regions=regions, url=url, demo=demo)
    for purpose in SIGNER_PURPOSES:
        make_signer_key(node, purpose)
    shutil.copyfile(trust, home / TRUST)
    return node


def move_home(home: Path, *, url: str) -> Node:
    """The node answers at another address from its next start on; peers learn it from the next member list."""
    settings = json.loads((home / "node.json").read_text())
    unfinished = home / "node.new"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({**settings, "url": url}, file, indent=1)
    unfinished.rename(home / "node.json")
    return load_node(home)


def prepare(home: Path) -> Node:
    """Open the home for this process: database running, settings exported, Django set up, node registered.

    The embedded cluster lives as long as a process that prepared itself; with DATABASE_URL none is started. Harmless when called again.
    """
    home = home.resolve()
    node = load_node(home)
    # What the node was made for decides; nobody has to remember a setting to be safe.
    if os.environ.setdefault("TONGBAN_MODE", "demo" if node.demo else "production") == "production" and node.demo:
        raise DemoNodeInProduction(path=home)
    crash.arm(os.environ.get("TONGBAN_CRASH_AT", ""), home=home, demo=node.demo)
    _make_directory(home)
    os.environ["TONGBAN_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.project.settings"
    os.environ.setdefault("TONGBAN_SECRET_KEY", _secret_key(home))
    os.environ.setdefault("TONGBAN_HOSTS", f"{urlsplit(node.url).hostname},localhost,127.0.0.1")
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = _start_embedded(home)
    django.setup()
    registries.set_node(node)
    return node


def migrate(home: Path) -> None:
    """Bring the tables up to this release, as the role that owns them, and let the planner know them."""
    with _as_owner(home):
        call_command("migrate", verbosity=0, interactive=False)
        with connections["default"].cursor() as cursor:
            cursor.execute("ANALYZE")


def pending_migrations() -> list[str]:
    """Names of the migrations this release has and the database lacks."""
    executor = MigrationExecutor(connections["default"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def require_current_tables() -> None:
    """Refuses `TablesBehind`."""
    if pending := pending_migrations():
        raise TablesBehind(count=len(pending), first=pending[0])


@contextmanager
def _as_owner(home: Path) -> Iterator[None]:
    connection = connections["default"]
    connection.close()
    usual = dict(connection.settings_dict)
    owner = conninfo_to_dict(_owner_url(home))
    connection.settings_dict.update(USER=owner.get("user"), PASSWORD=owner.get("password"))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(USER=usual["USER"], PASSWORD=usual["PASSWORD"])


def _owner_url(home: Path) -> str:
    if url := os.environ.get("DATABASE_OWNER_URL"):
        return url
    if not (home / "pg").is_dir():
        raise OwnerUrlMissing
    return postgres.ensure_cluster(home / "pg").dsn(database=DATABASE, role="tongban_owner")


def _start_embedded(home: Path) -> str:
    """The lease is kept by `postgres` itself until the process ends."""
    cluster = postgres.ensure_cluster(home / "pg")
    cluster.start()
    postgres.ensure_database(cluster, DATABASE)
    return cluster.dsn(database=DATABASE, role="tongban_app")


def _make_directory(home: Path) -> None:
    """Private rooms in a private house. Root's database server runs as somebody else, who must get through the hall."""
    make_passable(home)
    if os.geteuid() == 0:
        home.chmod(0o711)
    for room in ROOMS:
        (home / room).mkdir(mode=0o700, exist_ok=True)


def _secret_key(home: Path) -> str:
    file = home / "secret.key"
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(50))
    except FileExistsError:
        if file.stat().st_mode & 0o077:
            raise NodeHomeUnreadable(path=file, reason="others can read it (mode must be 0600)") from None
    return file.read_text()
