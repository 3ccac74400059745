"""What is not good about what is published, and about what was taken in: looked at once for each content."""

from functools import lru_cache

from tongban.catalogue.findings import WEIGHTS, Finding
from tongban.catalogue.lint.documents import lint_document
from tongban.catalogue.queries import get_definition


@lru_cache(maxsize=1024)
def lint_published(hash: str) -> tuple[Finding, ...]:
    """The gravest first. Refuses `DefinitionUnknown`."""
    found = lint_document(get_definition(hash).document)
    return tuple(sorted(found, key=lambda finding: -WEIGHTS[finding.severity]))
