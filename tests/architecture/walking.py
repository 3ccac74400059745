"""Finding all of one kind: modules, classes, files."""

import importlib
import os
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import tongban
from tongban.kernel import registries

ROOT = Path(__file__).resolve().parents[2]
# Hidden directories, build output, and what a running demo leaves behind.
LEFT_OUT = re.compile(r"^(\..*|build|var|__pycache__|.*\.egg-info|node_modules)$")
OPTIONAL = {"ibis", "duckdb"}
TEXTS = {
    ".py",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".html",
    ".css",
    ".js",
    ".txt",
    ".in",
    ".sql",
    ".json",
    ".ini",
    ".cfg",
    "",
}


@cache
def import_everything() -> None:
    """Every module of the package except programs (they start something), migrations and tests."""
    for module in pkgutil.walk_packages(tongban.__path__, "tongban."):
        if not re.search(r"\.(__main__|wsgi|gunicorn_conf|tests|migrations)(\.|$)", module.name):
            _import(module.name)


def _import(name: str) -> None:
    """What belongs to an optional part may be absent with its packages."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in OPTIONAL:
            raise


def subclasses(base: type) -> Iterator[type]:
    """Every subclass of the product, at any depth; classes that tests define are no part of it."""
    import_everything()
    for child in base.__subclasses__():
        if child.__module__.startswith("tongban.") and ".tests." not in child.__module__:
            yield child
        yield from subclasses(child)


def files(*suffixes: str, under: str = ".") -> Iterator[Path]:
    """Text files of the project that belong to it."""
    for directory, names, found in os.walk(ROOT / under):
        names[:] = sorted(name for name in names if not LEFT_OUT.match(name))
        yield from (
            Path(directory) / name for name in sorted(found) if Path(name).suffix in (suffixes or TEXTS) and _is_ours(name)
        )  # fmt: skip


def _is_ours(name: str) -> bool:
    return name in {".importlinter", ".gitignore", ".dockerignore"} or not LEFT_OUT.match(name)


def placeholders(sentence: str) -> set[str]:
    """The words that a sentence takes, without the mark of its language: {why.zh} and {why_en} are both `why`."""
    names = (name.partition(":")[0] for name in re.findall(r"\{([^{}]*)\}", sentence))
    return {re.sub(r"(^|[._])(zh|en)$", "", name) for name in names}


def has_chinese(text: str) -> bool:
    return bool(re.search(r"[\u3400-\u9fff]", text))


def list_product_kinds() -> list[registries.EventKind]:
    """The event kinds of the product's contexts; tests register kinds of their own beside them."""
    return [kind for kind in registries.list_kinds() if (ROOT / "tongban" / kind.name.partition(".")[0]).is_dir()]
