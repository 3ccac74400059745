"""No case moves unless an agreement in force covers item, mode and both regions."""

from datetime import timedelta

import pytest

from tests.cast import HUIMIN, ITEM, JIYANG, LINYI
from tongban.alliance import queries, services
from tongban.alliance.agreements import Agreement, Article
from tongban.alliance.members import BadDocument, UntrustedKey
from tongban.alliance.tests.factories import TRUST, agreement, list_document, signed_agreement, signed_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def nodes(node, linyi, huimin, at):
    nodes = [node, linyi, huimin]
    services.import_member_list(raw=signed_list(list_document(nodes, at)), trust=TRUST, at=at)
    return nodes


def take_in(value, nodes, at):
    return services.import_agreement(raw=signed_agreement(value, nodes), at=at)


def find(at, **changes):
    wanted = {"item": ITEM, "mode": "one-window", "receiving": JIYANG, "deciding": LINYI}
    return queries.find_clause(**(wanted | changes), at=at)


def test_the_most_specific_article_wins(nodes, at):
    take_in(agreement(at), nodes, at)
    assert find(at).article == "1"
    assert find(at, mode="online").article == "2"
    assert find(at, receiving=HUIMIN).article == "2"


def test_then_the_newest_agreement(nodes, at):
    take_in(agreement(at), nodes, at)
    take_in(agreement(at, id="newer", valid_from=at.date()), nodes, at)
    assert find(at).agreement == "newer"
    found = queries.list_clauses(item=ITEM, mode="one-window", receiving=JIYANG, deciding=LINYI, at=at)
    assert [(clause.agreement, clause.article) for clause in found] == [
        ("newer", "1"), ("jlh", "1"), ("newer", "2"), ("jlh", "2"),
    ]  # fmt: skip


def test_a_clause_found_is_a_clause_covered(nodes, at):
    take_in(agreement(at), nodes, at)
    queries.require_covered(find(at), at)


def test_nothing_is_covered_without_an_agreement(nodes, at):
    with pytest.raises(queries.NotCoveredByAgreement):
        find(at)


def test_every_member_signs(nodes, at):
    with pytest.raises(services.AgreementIncomplete, match=HUIMIN):
        take_in(agreement(at), nodes[:2], at)


def test_a_stranger_does_not_sign(nodes, at, tmp_path):
    raw = signed_agreement(agreement(at), nodes)
    with pytest.raises(UntrustedKey):
        services.import_agreement(raw=raw.replace(b'"v":"', b'"v":"AAAA', 1), at=at)


def test_a_region_that_is_no_member_is_not_covered(nodes, at):
    take_in(agreement(at, members=(JIYANG, LINYI)), nodes, at)
    with pytest.raises(queries.NotCoveredByAgreement):
        find(at, deciding=HUIMIN)


def test_an_agreement_ends_with_its_last_day(nodes, at):
    take_in(agreement(at, valid_until=at.date()), nodes, at)
    assert find(at + timedelta(hours=13))
    with pytest.raises(queries.NotCoveredByAgreement):
        find(at + timedelta(hours=14))


def test_a_new_version_takes_over_when_it_begins(nodes, at):
    first = take_in(agreement(at), nodes, at)
    old = find(at)
    take_in(agreement(at, version=2, prev=first.hash, valid_from=at.date() + timedelta(days=1)), nodes, at)
    queries.require_covered(old, at)
    with pytest.raises(queries.NotCoveredByAgreement):
        queries.require_covered(old, at + timedelta(days=1))


def test_a_version_is_never_rewritten(nodes, at):
    first = take_in(agreement(at), nodes, at)
    assert take_in(agreement(at), nodes, at) == first
    with pytest.raises(services.AgreementChanged):
        take_in(agreement(at, liaison={"370115": "x"}), nodes, at)


def test_a_clause_must_say_what_its_article_says(nodes, at):
    narrow = (Article("1", (ITEM,), ("one-window",), (JIYANG,), (LINYI,)),)
    take_in(agreement(at, articles=narrow), nodes, at)
    clause = find(at)
    for change in ({"item": "other"}, {"receiving": LINYI, "deciding": JIYANG}, {"article": "9"}):
        wrong = type(clause)(**{**clause.as_json(), **change})
        with pytest.raises(queries.ClauseMismatch):
            queries.require_covered(wrong, at)


def test_articles_name_members_only(at):
    document = agreement(at, members=(JIYANG,)).as_json()
    with pytest.raises(BadDocument):
        Agreement.from_json(document)


def test_an_agreement_reads_back_as_written(at):
    assert Agreement.from_json(agreement(at).as_json()) == agreement(at)
