"""One run: a demo alliance in a temporary directory with real processes, the figures one after the other, nothing left behind."""

import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.project import collector, home, logs
from tongban.project.demo import open_demo
from tongban.project.demo_alliance import PLACES

JIYANG = PLACES[0]

FIGURES: dict[str, tuple[str, ...]] = {
    "rules": ("rules_case_ratio", "rules_population_ratio"),
    "papers": ("ocr_s_per_page",),
    "sealing": ("licence_sign_ratio", "licences_sealed_per_s"),
    "verifying": ("licence_verify_ms", "licence_verify_code_ms", "status_list_s", "status_list_mb"),
    "searching": ("catalogue_search_p95_ms", "catalogue_search_p95_ms_1k"),
    "append": ("append_ratio", "append_ms", "append_floor_ms", "append_statements"),
    "events": ("events_per_s", "events_p95_ms", "events_p50_ms", "events_drained_per_s"),
    "whole_cases": ("whole_cases_per_s", "papered_cases_per_s", "submit_p95_ms", "submit_statements"),
    "deciding": ("auto_decision_p95_ms", "auto_decision_p50_ms"),
    "slow_peer": ("slow_peer_ratio", "dead_peer_ratio"),
    "catch_up": ("catch_up_ratio", "catch_up_per_s", "catch_up_wait_s"),
    "rehearsal": ("rehearsal_cases_per_s",),
    "checking": ("checker_licences_per_s", "checker_growth"),
    "worklist": (
        "worklist_p95_ms", "worklist_p95_ms_10k", "search_p95_ms", "search_p95_ms_10k", "case_page_p95_ms", "case_page_p95_ms_10k",
        "my_cases_p95_ms", "my_cases_p95_ms_10k", "worklist_p50_ms", "worklist_statements",
    ),
    "guide": ("guide_page_p95_ms", "guide_page_p95_ms_1k"),
    "importing": ("catalogue_import_s", "catalogue_import_s_1k"),
    "comparing": ("agreement_diff_s", "agreement_diff_s_1k", "agreement_diff_again_s"),
}  # fmt: skip
"""Module → the keys it measures. The worklist and those after it fill tables and come last."""
WITHOUT_NODES = ("rules", "papers", "sealing", "verifying", "searching")
"""These need no demo alliance and are measured before it is there."""


class UnknownFigure(Refused):
    text = Text("没有名为 {key} 的测量项。", "There is no figure {key}.")
    advice = Text("可选：{keys}", "There are: {keys}")


@dataclass(frozen=True)
class Sizes:
    """How much of everything; small ones only show that it works."""

    cases: int = 150
    appends: int = 300
    events: int = 1000
    rows: int = 1_000_000
    requests: int = 200
    companies: int = 1_000_000
    past: int = 100_000
    decisions: int = 60
    items: int = 10_000
    licences: int = 100_000
    pages: int = 3

    @property
    def people(self) -> int:
        """Made-up people: nobody files the same twice, or the second time an examiner decides; about half of them will do."""
        return 2 * (self.cases + self.decisions) + 120


def run(sizes: Sizes, *, only: str = "") -> dict[str, float]:
    """The figures by key. Refuses `UnknownFigure`."""
    names = _names(only)
    begun = time.monotonic()
    found = _measure_all([name for name in names if name in WITHOUT_NODES], None, sizes)
    if others := [name for name in names if name not in WITHOUT_NODES]:
        found |= _measure_on_demo(others, sizes)
    return {**found, "cores": os.cpu_count() or 1, "seconds": round(time.monotonic() - begun, 1)}


def _measure_on_demo(names: Sequence[str], sizes: Sizes) -> dict[str, float]:
    directory = Path(tempfile.mkdtemp(prefix="tongban-bench-"))
    try:
        with open_demo(directory, port_base=None, ordinary=sizes.people) as (demo, children):
            logs.configure("bench", home=demo.homes[JIYANG.name], quiet=True)
            home.prepare(demo.homes[JIYANG.name])
            # What measures needs tables, so it is imported only now.
            ground = import_module("tongban.project.bench.ground").Ground(demo, children)
            found = _measure_all(names, ground, sizes)
            ground.close()
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return found


def _names(only: str) -> Sequence[str]:
    if not only:
        return list(FIGURES)
    names = [name for name, keys in FIGURES.items() if only in keys]
    if not names:
        raise UnknownFigure(key=only, keys=", ".join(key for keys in FIGURES.values() for key in keys))
    return names


def _measure_all(names: Sequence[str], ground: Any, sizes: Sizes) -> dict[str, float]:
    modules = [import_module(f"tongban.project.bench.{name}") for name in names]
    collector.settle()
    found: dict[str, float] = {}
    for module in modules:
        found |= module.measure(ground, sizes)
    return found
