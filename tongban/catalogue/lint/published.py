"""What is not good about what is published, and about what was taken in: looked at once for each content."""

from functools import lru_cache

from tongban.catalogue.findings import WEIGHTS, Finding
from tongban.catalogue.lint.documents import lint_document
from tongban.catalogue.queries import get_definition
from tongban.catalogue.standards import find_deviations


def lint_published(hash: str) -> tuple[Finding, ...]:
    """The gravest first, with what departs from its standard undeclared. Refuses `DefinitionUnknown`."""
    found = [*find_deviations(get_definition(hash).document), *_lint(hash)]
    return tuple(sorted(found, key=lambda finding: -WEIGHTS[finding.severity]))


@lru_cache(maxsize=1024)
def _lint(hash: str) -> tuple[Finding, ...]:
    return tuple(lint_document(get_definition(hash).document))
