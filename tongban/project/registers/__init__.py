"""Demo registers: small outside systems with invented people, so that a node can be tried without any real register.

`python -m tongban.project.registers insured|residence|platform|others --port N --people FILE [--secret-file F]`. Refused in production.
`others` are all the rest in one process, each under a path of its own: `/business/ask`, `/licence-register/filings` …
"""

from collections.abc import Mapping

PROCESSES = ("insured", "residence", "platform", "others")
OTHER_REGISTERS = ("business", "credit", "hygiene", "names", "address", "household", "disability", "relief", "injury")
OTHER_SYSTEMS = ("licence-register", "business-register", "disability-register", "subsidy-payroll", "credit")


def addresses(urls: Mapping[str, str]) -> dict[str, str]:
    """The settings of a node that asks and tells these processes. `urls`: where each of `PROCESSES` listens."""
    return {
        "TONGBAN_INSURED_REGISTER_URL": urls["insured"],
        "TONGBAN_RESIDENCE_REGISTER_URL": urls["residence"],
        "TONGBAN_INSURANCE_PLATFORM_URL": urls["platform"],
        "TONGBAN_REGISTERS": _pairs(OTHER_REGISTERS, urls["others"]),
        "TONGBAN_BUSINESS_SYSTEMS": _pairs(OTHER_SYSTEMS, urls["others"]),
    }


def _pairs(names: tuple[str, ...], url: str) -> str:
    return ",".join(f"{name}={url}/{name}" for name in names)
