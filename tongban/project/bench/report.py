"""The figures as a table for people and as flat JSON for machines."""

import json
import platform
from collections.abc import Mapping
from pathlib import Path

WORDS = {
    "whole_cases_per_s": "whole cases per second, submit to closed in both places (整件/秒)",
    "papered_cases_per_s": "the same until both papers are on both chains, without the wait before them",
    "submit_p95_ms": "answer to a submission under that load, p95",
    "submit_statements": "SQL statements of one submission",
    "auto_decision_p95_ms": "submitted here to decided by the rules there and shown here, one case at a time, p95",
    "auto_decision_p50_ms": "the same, median",
    "events_per_s": "events per second, appended here and stored there (事件/秒)",
    "events_drained_per_s": "events per second out of a full outbox",
    "events_p50_ms": "commit here to stored there at 20 a second, median",
    "events_p95_ms": "commit here to stored there at 20 a second, p95",
    "catch_up_ratio": "events stored per second after an outage over the rate of arrival",
    "catch_up_per_s": "events stored per second after an outage",
    "catch_up_wait_s": "seconds from the peer's return to the first event",
    "slow_peer_ratio": "delivery to a healthy peer while another drips its answers, p95 over p95",
    "dead_peer_ratio": "delivery to a healthy peer while another is away, p95 over p95",
    "licence_sign_ratio": "a licence signed, typeset, sealed and stamped over bare pyHanko sealing the same PDF",
    "licences_sealed_per_s": "licences signed, typeset, sealed and stamped per second of one core",
    "licence_verify_ms": "a sealed PDF of a licence verified offline, seal included, p95",
    "licence_verify_code_ms": "the bare code of a licence verified offline, p95",
    "status_list_s": "status list of ten million licences built, packed and signed",
    "status_list_mb": "its size in megabytes, two licences in a hundred ended",
    "append_ratio": "append of an event over bare SQL for the same rows",
    "append_ms": "append of an event, median",
    "append_floor_ms": "bare SQL for the same rows, median",
    "append_statements": "SQL statements of one append",
    "worklist_p95_ms": "worklist page among all cases, p95",
    "worklist_p95_ms_10k": "worklist page among a hundredth of them, p95",
    "worklist_p50_ms": "worklist page among all cases, median",
    "search_p95_ms": "exact search among all cases, p95",
    "search_p95_ms_10k": "exact search among a hundredth of them, p95",
    "case_page_p95_ms": "case page of an officer among all cases, p95",
    "case_page_p95_ms_10k": "case page of an officer among a hundredth of them, p95",
    "my_cases_p95_ms": "a resident's list of own cases among all cases, p95",
    "my_cases_p95_ms_10k": "a resident's list of own cases among a hundredth of them, p95",
    "worklist_statements": "SQL statements of one worklist page",
    "guide_page_p95_ms": "guide of an item at a place among all items of 140 places, read for the first time, p95",
    "guide_page_p95_ms_1k": "the same among a tenth of the items, p95",
    "rules_case_ratio": "a case of 12 points with full trace over bare CEL for its conditions",
    "rules_population_ratio": "40 policies over a population, over the same by hand in Polars",
    "ocr_s_per_page": "seconds to read one page lying on its side, with the start of the reader",
    "catalogue_search_p95_ms": "everyday words among 10,000 items of 140 places, p95",
    "catalogue_search_p95_ms_1k": "the same among 1,000 items, p95",
    "catalogue_import_s": "seconds to read, report and store all items from one file (采集)",
    "catalogue_import_s_1k": "the same of a tenth of them",
    "agreement_diff_s": "differences of 95 items at 8 places, among all items of 140 places, nothing kept from before",
    "agreement_diff_s_1k": "the same among a tenth of the items",
    "agreement_diff_again_s": "the same asked for again",
    "rehearsal_cases_per_s": "recorded cases per second on which a draft of rules is tried (规则预演)",
    "checker_licences_per_s": "licences of a place checked per second, against chain, decision, signature and content (证照对账)",
    "checker_growth": "seconds for each of them, over the same among a tenth of them",
    "cores": "processor cores",
    "seconds": "seconds the whole run took",
}


def as_table(found: Mapping[str, float]) -> str:
    lines = [f"{key:<22}{found[key]:>12,.10g}   {words}" for key, words in WORDS.items() if key in found]
    return "\n".join([f"Python {platform.python_version()}, {platform.machine()}", *lines])


def write_json(found: Mapping[str, float], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(dict(found), indent=1) + "\n")
