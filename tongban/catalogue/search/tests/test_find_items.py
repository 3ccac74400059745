"""What people say, and the item that must be among the first three."""

from functools import cache

import pytest

from tongban.catalogue.layers import list_items, load_document
from tongban.catalogue.search import entries
from tongban.catalogue.search.index import Entry, Index
from tongban.catalogue.search.synonyms import list_popular, list_synonyms, make_synonym
from tongban.catalogue.search.tests.wishes import UNSEEN, WISHES

LINYI, HUIMIN = "371424", "371621"

EVERYDAY = [
    ("低保", "最低生活保障对象认定"),
    ("外地看病", "异地就医备案"),
    ("开饭店", "食品经营许可"),
    ("上户口", "新生儿入户"),
    ("老家的社保转过来", "社会保险关系转移"),
    ("残疾补贴", "残疾人两项补贴"),
    ("身份证丢了怎么办", "居民身份证补领"),
    ("我想结婚", "内地居民结婚登记"),
    ("离婚要什么材料", "内地居民离婚登记预约"),
    ("驾照到期", "补领、换领机动车驾驶证"),
    ("公积金怎么取出来买房", "购房提取住房公积金"),
    ("注册公司", "公司设立登记"),
    ("公司不干了", "公司注销登记"),
    ("营业执照丢了", "营业执照遗失补领、换发"),
    ("开宾馆需要什么证", "公共场所卫生许可"),
    ("孩子上小学", "义务教育新生入学信息采集"),
    ("失业金", "失业保险金申领"),
    ("养老金认证", "领取养老金人员待遇资格认证"),
    ("无犯罪证明", "开具无犯罪记录证明"),
    ("补办社保卡", "社会保障卡补换"),
    ("去香港", "往来港澳通行证签发"),
    ("医保怎么转到济南", "基本医疗保险关系转移接续（转入）"),
    ("迁户口", "户口迁移审批"),
    ("暂住证", "居住证申领"),
    ("残疾证", "残疾人证新办"),
    ("老人补贴", "老年人福利补贴"),
    ("老板拖欠工资", "劳动人事争议调解仲裁申请"),
    ("跑滴滴", "网络预约出租汽车驾驶员资格核发"),
    ("电工证复审", "特种作业操作证复审"),
    ("二胎准生证", "生育登记"),
]
SLIPS = [
    ("dibao", "最低生活保障对象认定"),
    ("waidikanbing", "异地就医备案"),
    ("she hui bao zhang ka", "社会保障卡申领"),
    ("sehuibaozanka", "社会保障卡申领"),
    ("异地就依备案", "异地就医备案"),
    ("护口迁移", "户口迁移审批"),
    ("残急人证", "残疾人证新办"),
    ("户迁口移", "户口迁移审批"),
    ("set up a company", "公司设立登记"),
]


@cache
def catalogue() -> Index:
    """The services of 临邑 and the list that comes with the product."""
    services = [entries.of_document(load_document(key, LINYI), places=[LINYI]) for key in list_items()]
    return Index(entries.merge(services, entries.list_listed()), list_synonyms(), list_popular())


def names(query: str, **wanted: str) -> list[str]:
    return [hit.entry.name for hit in catalogue().find(query, **wanted)]


@pytest.mark.parametrize(("said", "item"), [*EVERYDAY, *SLIPS])
def test_the_item_is_among_the_first_three(said: str, item: str) -> None:
    assert item in names(said)[:3]


@pytest.mark.parametrize(("said", "items"), WISHES)
def test_an_everyday_wish_finds_an_item_that_serves_it_among_the_first_three(said: str, items: list[str]) -> None:
    assert set(names(said)[:3]) & set(items)


def test_so_do_four_of_five_wishes_that_nobody_worked_on() -> None:
    found = [said for said, items in UNSEEN if set(names(said)[:3]) & set(items)]
    assert len(found) >= 0.8 * len(UNSEEN)


def test_every_item_that_a_wish_asks_for_is_held() -> None:
    assert [item for _, items in [*WISHES, *UNSEEN] for item in items if not catalogue().named(item)] == []


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("社保卡注销", "社会保障卡注销"),
        ("居住证过期", "居住证换领、补领"),
        ("变更营业执照", "公司变更登记"),
        ("结婚证找不到了", "补发婚姻登记证"),
    ],
)
def test_what_is_to_happen_chooses_between_items_of_one_thing(said: str, first: str) -> None:
    assert names(said)[0] == first


def test_whoever_types_a_name_as_it_is_finds_that_item_first() -> None:
    assert [entry.name for entry in catalogue().entries if names(entry.name)[0] != entry.name] == []


def test_an_act_alone_names_no_item() -> None:
    assert names("种地补贴") == []


def test_a_word_of_two_halves_is_heard_apart() -> None:
    index = Index([Entry("1", "劳动仲裁")], [make_synonym("拖欠工资", ["劳动仲裁"])])
    assert index.find("工资被拖欠") and not index.find("拖欠货款")


def test_the_names_of_two_situations_are_not_one_name() -> None:
    apart = Entry("apart", "许可", others=("甲乙登记", "丙丁登记"), service="permit")
    index = Index([apart, Entry("together", "甲乙丙丁登记")], [])
    assert index.find("甲乙 丙丁")[0].entry.id == "together"


def test_a_name_without_sounds_makes_no_other_one_fit_better() -> None:
    long = Entry("long", "异地工作人员长期就医费用备案", others=("Filing",))
    assert [hit.entry.id for hit in Index([long, Entry("short", "工作备案")], []).find("工座")] == ["short", "long"]


@pytest.mark.parametrize(
    "said", ["", " ", "？！", "的", "今天天气怎么样", "买彩票", "外星人登陆", "asdfqwer", "😀", "a" * 5000]
)
def test_what_is_no_item_finds_nothing(said: str) -> None:
    assert names(said) == []


def test_every_meaning_of_the_file_is_an_item_and_so_is_what_is_popular() -> None:
    held = [name for entry in catalogue().entries for name in (entry.name, *entry.others)]
    meant = {phrase for one in list_synonyms() for phrase in one.means} | set(list_popular())
    named = {entry.name for entry in entries.list_listed()}
    assert [phrase for phrase in sorted(meant) if not any(phrase in name for name in [*held, *named])] == []


def test_it_says_what_the_words_were_taken_for() -> None:
    hit = catalogue().find("低保")[0]
    assert (hit.meant, hit.by_ear) == ("最低生活保障对象认定", False)
    assert catalogue().find("dibao")[0].by_ear


def test_what_is_for_companies_is_left_out_for_a_person() -> None:
    assert "公司变更登记" in names("变更登记") and "公司变更登记" not in names("变更登记", audience="person")


def test_the_words_tell_for_whom_it_is() -> None:
    both = [Entry(id, "参保登记", audience=frozenset([id])) for id in ("person", "organisation")]
    index = Index(both, [])
    assert [index.find(f"{whose}参保登记")[0].entry.id for whose in ("公司", "孩子")] == ["organisation", "person"]


def test_what_the_place_offers_comes_first() -> None:
    both = [Entry(id, "残疾人证新办", places=frozenset([id])) for id in (LINYI, HUIMIN)]
    index = Index(both, [])
    assert [index.find("残疾人证", place=place)[0].entry.id for place in (HUIMIN, LINYI)] == [HUIMIN, LINYI]


def test_what_can_be_begun_stands_for_the_listed_item_of_its_name_or_code() -> None:
    found = [entry for entry in catalogue().entries if entry.name in ("异地就医备案", "异地长期居住人员备案")]
    assert [entry.service for entry in found] == ["remote-medical-filing"]


def test_a_synonym_that_was_taught_is_found() -> None:
    index = Index(
        catalogue().entries, [*list_synonyms(), make_synonym("本本 年审", ["驾驶人延期换证、审验和提交身体条件证明"])]
    )
    assert index.find("本本年审")[0].entry.name == "驾驶人延期换证、审验和提交身体条件证明"
