"""What a signer is shown: every difference to the version before, and nothing else."""

from dataclasses import replace
from datetime import date

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.alliance.agreements import Article
from tongban.alliance.changes import GONE, NEW, OTHERWISE, list_changes
from tongban.alliance.terms import Batch
from tongban.alliance.tests.factories import agreement
from tongban.kernel.text import Text


def told(before, after):
    return [(one.kind, one.what.zh, one.before, one.after) for one in list_changes(before, after)]


def test_of_a_first_version_there_is_nothing_to_compare(at):
    assert list_changes(None, agreement(at)) == []


def test_the_same_is_no_change(at):
    assert told(agreement(at), agreement(at, version=2)) == []


def test_members_come_and_go(at):
    before = agreement(at, members=(JIYANG, LINYI))
    assert told(before, agreement(at)) == [(NEW, "成员", None, [HUIMIN])]
    assert told(agreement(at), before) == [(GONE, "成员", [HUIMIN], None)]


def test_items_and_days_of_an_article(at):
    before = agreement(at)
    first = replace(before.articles[0], items=(*before.articles[0].items, "x"), response_days=9)
    after = replace(before, articles=(first, before.articles[1]))
    assert told(before, after) == [(NEW, "条款 1", None, ["x"]), (OTHERWISE, "条款 1", 2, 9)]


def test_an_article_that_is_new_and_one_that_is_gone(at):
    before = agreement(at)
    after = replace(before, articles=(before.articles[0], Article("3", ("y",), ("*",), ("*",), ("*",))))
    assert told(before, after) == [(GONE, "条款 2", ["*"], None), (NEW, "条款 3", None, ["y"])]


def test_a_batch_a_notice_and_a_last_day(at):
    before, last = agreement(at), date(2027, 1, 1)
    terms = replace(before.terms, batches=(Batch("1", Text("一", "one"), ("x",)),), notice_days=30)
    after = replace(before, valid_until=last, terms=terms)
    assert told(before, after) == [
        (OTHERWISE, "终止日期", None, last), (OTHERWISE, "退出预告期（天）", None, 30), (NEW, "批次 1", None, ["x"]),
    ]  # fmt: skip
