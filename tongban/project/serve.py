"""`tongban node serve`: the pages and the peers' doors of one node, in gunicorn's threads. Imported after `home.prepare`."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

from tongban.kernel.node import Node
from tongban.project import collector
from tongban.project.parent import end_with_parent

log = structlog.get_logger()

GRACE_SECONDS = 3
KEEP_ALIVE_SECONDS = 30
Wsgi = Callable[..., Any]


def serve(node: Node, *, bind: str, port: int | None = None, workers: int = 1, threads: int = 8) -> None:
    """Returns only by SystemExit, after SIGTERM or SIGINT. `port`: that of the node's own address unless given."""
    port = port or urlsplit(node.url).port or 8000
    log.info("serving", node=node.id, regions=node.regions, port=port)
    Pages(bind=f"{bind}:{port}", workers=workers, threads=threads).run()


class Pages(BaseApplication):
    def __init__(self, *, bind: str, workers: int, threads: int) -> None:
        self.wanted = {
            "bind": bind,
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "preload_app": True,
            "keepalive": KEEP_ALIVE_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "timeout": 60,
            "control_socket_disable": True,
            "logger_class": Quiet,
            "proc_name": "tongban",
            "pre_fork": partial(_settle),
            "post_fork": partial(_start_worker),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.wanted.items():
            self.cfg.set(name, value)

    def load(self) -> Wsgi:
        application = get_wsgi_application()
        # Reading all addresses now spares the first visitor a second.
        _ = get_resolver().url_patterns
        return application


class Quiet(Logger):
    """gunicorn's words go where all logs go; there is no access log, for paths and queries tell who asked what."""

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        self._access_log_enabled = False
        self.error_log.propagate = True
        self.error_log.handlers = []

    def access(self, *args: Any) -> None:
        return


def _settle(_: Arbiter, __: Worker) -> None:
    connections.close_all()
    collector.settle()


def _start_worker(arbiter: Arbiter, _: Worker) -> None:
    end_with_parent(arbiter.pid)
