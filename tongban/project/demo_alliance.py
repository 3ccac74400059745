"""The papers of the demonstration alliance: three nodes, two of three roots, one agreement. No database is needed for any of it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tongban.alliance import documents
from tongban.alliance.agreements import EVERY, Agreement, Article
from tongban.alliance.following import Changes, follow_member_list
from tongban.alliance.members import MemberList
from tongban.alliance.terms import Terms
from tongban.alliance.trust import Root, Trust, load_trust, save_trust
from tongban.cases import record
from tongban.catalogue import layers
from tongban.kernel import envelopes
from tongban.kernel.crypto import SUITES, PrivateKey
from tongban.kernel.node import Node, load_node, read_private_key, write_private_key
from tongban.kernel.signer_keys import make_signer_key
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.project import home

ALLIANCE = "demo"
ITEM = "remote-medical-filing"
"""The service that the demo's stories tell of; the nodes publish every one that is shipped."""
ROOTS = ("root-1", "root-2", "root-3")
THRESHOLD = 2
VALIDITY = timedelta(days=365)
RENEW_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class Account:
    username: str
    display_name: str
    roles: tuple[str, ...]
    office: str


@dataclass(frozen=True)
class Place:
    """One region with a node of its own."""

    name: str
    region: str
    label: Text
    accounts: tuple[Account, ...]

    @property
    def node(self) -> str:
        return f"{self.region}-1"

    def url(self, port: int) -> str:
        return f"http://{self.name}.localhost:{port}"


def _accounts(*people: tuple[str, str]) -> tuple[Account, ...]:
    """Clerk, examiner, operator, the supervisor who is the operator's second pair of eyes, the helper (帮办代办员), the chief representative
    (首席代表), who serves papers and talks with the other places (出件员、联络员), and the examiners of the offices that decide other items:
    the approval bureau, civil affairs, the disabled persons' federation; last the inspector (监管人员) who looks at places after a licence."""
    clerk, examiner, operator, supervisor, helper, chief, exit, licences, subsidies, certificates, inspector = people
    return (
        Account(*clerk, ("reception",), "hall"),
        Account(*examiner, ("acceptance", "examiner"), "medical-insurance"),
        Account(*operator, ("operator",), "hall"),
        Account(*supervisor, ("supervisor",), "hall"),
        Account(*helper, ("helper",), "hall"),
        Account(*chief, ("chief",), "medical-insurance"),
        Account(*exit, ("exit", "liaison"), "hall"),
        Account(*licences, ("acceptance", "examiner"), "approval-bureau"),
        Account(*subsidies, ("acceptance", "examiner"), "civil-affairs"),
        Account(*certificates, ("acceptance", "examiner"), "disability-federation"),
        Account(*inspector, ("inspector",), "health-inspection"),
    )


PLACES = (
    Place("jiyang", "370115", Text("济阳", "Jiyang"), _accounts(
        ("zhaomin", "赵敏"), ("linjing", "林静"), ("hanbo", "韩波"), ("gaoyun", "高云"), ("helin", "何琳"),
        ("sunlei", "孙磊"), ("wangxin", "王欣"), ("tanglei", "唐磊"), ("caojing", "曹静"), ("weiping", "魏平"),
        ("yuhai", "于海"),
    )),
    Place("linyi", "371424", Text("临邑", "Linyi"), _accounts(
        ("sunyan", "孙燕"), ("chengang", "陈刚"), ("zhouqi", "周琪"), ("wumei", "吴梅"), ("maxin", "马欣"),
        ("lihua", "李华"), ("yaojing", "姚静"), ("xielin", "谢琳"), ("panhong", "潘红"), ("dongjie", "董杰"),
        ("dingning", "丁宁"),
    )),
    Place("huimin", "371621", Text("惠民", "Huimin"), _accounts(
        ("zhangtao", "张涛"), ("liuhong", "刘红"), ("malin", "马琳"), ("dengfei", "邓飞"), ("guojie", "郭洁"),
        ("hejun", "何军"), ("qinlan", "秦岚"), ("jiangtao", "姜涛"), ("shimei", "石梅"), ("fanwei", "范伟"),
        ("xuelian", "薛莲"),
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Papers:
    """Where the signed papers lie. `directory` is the demo's own."""

    directory: Path

    @property
    def trust(self) -> Path:
        return self.directory / "trust.json"

    @property
    def members(self) -> Path:
        return self.directory / "members.json"

    @property
    def lists(self) -> Path:
        """Every version of the member list there ever was."""
        return self.directory / "lists"

    @property
    def record_trust(self) -> Path:
        """What `record verify` needs."""
        return self.directory / "record-trust.json"

    @property
    def agreement(self) -> Path:
        return self.directory / "agreement.json"

    @property
    def agreements(self) -> Path:
        """The versions before: who is to believe a later one must hold them."""
        return self.directory / "agreements"

    @property
    def every_agreement(self) -> list[Path]:
        """In their order."""
        return [*sorted(self.agreements.glob("*.json")), self.agreement]

    def root(self, name: str) -> Path:
        return self.directory / "roots" / f"{name}.json"


def found_alliance(papers: Papers, homes: dict[str, Path], urls: dict[str, str]) -> None:
    """Keys, homes, trust anchor, member list and agreement. `homes` and `urls` by the places' names."""
    at = _now()
    papers.directory.mkdir(mode=0o700, parents=True)
    save_trust(papers.trust, _make_roots(papers))
    nodes = [
        home.make_home(
            homes[place.name], id=place.node, alliance=ALLIANCE, regions=(place.region,), url=urls[place.name],
            trust=papers.trust, demo=True,
        )
        for place in PLACES
    ]  # fmt: skip
    _sign_members(papers, nodes, at=at)
    papers.agreement.write_bytes(_sign_agreement(nodes, at=at))


def keep_alliance(papers: Papers, homes: dict[str, Path], urls: dict[str, str]) -> None:
    """A new version of the list when an address has moved or the list is about to end, of the agreement when items were added; else nothing."""
    at = _now()
    nodes = [load_node(homes[place.name]) for place in PLACES]
    _keep_agreement(papers, nodes, at=at)
    current = _read_members(papers)
    keyless = [node for node in nodes if not node.publics.get("licence")]
    for node in keyless:
        make_signer_key(node, "licence")
    moved = [node for node, place in zip(nodes, PLACES, strict=True) if node.url != urls[place.name]]
    if not moved and not keyless and at < current.valid_until - RENEW_BEFORE:
        return
    nodes = [home.move_home(homes[place.name], url=urls[place.name]) for place in PLACES]
    _sign_members(papers, nodes, at=at, before=current)


def _make_roots(papers: Papers) -> Trust:
    (papers.directory / "roots").mkdir(mode=0o700)
    keys = [SUITES[1].new_signing_key(owner=name) for name in ROOTS]
    for name, key in zip(ROOTS, keys, strict=True):
        write_private_key(papers.root(name), key)
    return Trust(ALLIANCE, tuple(Root(key.id, key.public) for key in keys), THRESHOLD)


def _signing_roots(papers: Papers) -> list[PrivateKey]:
    return [read_private_key(papers.root(name)) for name in ROOTS[:THRESHOLD]]


def _sign_members(papers: Papers, nodes: list[Node], *, at: datetime, before: MemberList | None = None) -> None:
    entries = [documents.node_entry(node, since=_born(node)) for node in nodes]
    if before:
        draft = follow_member_list(before, Changes(entries), valid_from=at, validity=VALIDITY)
    else:
        draft = documents.draft_member_list(
            trust=load_trust(papers.trust),
            nodes=entries,
            regions=[entry for node in nodes for entry in documents.region_entries(node, since=_born(node))],
            valid_from=at,
            validity=VALIDITY,
        )
    signed = documents.sign_member_list(draft, keys=_signing_roots(papers)).raw
    papers.lists.mkdir(exist_ok=True)
    (papers.lists / f"{draft['version']}.json").write_bytes(signed)
    papers.members.write_bytes(signed)
    known = [path.read_bytes() for path in papers.lists.iterdir()]
    papers.record_trust.write_bytes(record.write_members(load_trust(papers.trust), known))


def _born(node: Node) -> datetime:
    """Keys are valid from the moment they were made, in every version of the list."""
    made = (node.home / "keys" / "event.json").stat().st_mtime
    return datetime.fromtimestamp(int(made), UTC)


def _read_members(papers: Papers) -> MemberList:
    envelope = envelopes.read(
        papers.members.read_bytes(), type=envelopes.MEMBER_LIST, max_bytes=documents.MAX_DOCUMENT_BYTES
    )
    return MemberList.from_json(envelope.claims(), hash=envelope.hash(SUITES[1]))


def _keep_agreement(papers: Papers, nodes: list[Node], *, at: datetime) -> None:
    envelope = envelopes.read(
        papers.agreement.read_bytes(), type=envelopes.AGREEMENT, max_bytes=documents.MAX_DOCUMENT_BYTES
    )
    before = Agreement.from_json(envelope.claims(), hash=envelope.hash(SUITES[1]))
    if set(_items()) != {item for article in before.articles for item in article.items}:
        papers.agreements.mkdir(exist_ok=True)
        (papers.agreements / f"{before.version:04d}.json").write_bytes(papers.agreement.read_bytes())
        papers.agreement.write_bytes(_sign_agreement(nodes, at=at, version=before.version + 1, prev=before.hash))


def _sign_agreement(nodes: list[Node], *, at: datetime, version: int = 1, prev: str = "") -> bytes:
    signed: bytes | None = None
    for node in nodes:
        signed = documents.sign_agreement(signed or _agreement(at, version, prev).as_json(), key=node.keys["event"]).raw
    return signed or b""


def _items() -> tuple[str, ...]:
    """Agreements name services by their item codes."""
    wanted = ((key, place.region) for key in layers.list_items() for place in PLACES)
    return tuple(sorted({layers.load_document(key, region)["code"]["value"] for key, region in wanted}))


def _agreement(at: datetime, version: int, prev: str) -> Agreement:
    """In the spirit of the zone's agreement on the first common list of items; number and wording are the demo's own."""
    members = tuple(place.region for place in PLACES)
    items = _items()
    return Agreement(
        id="jinan-dezhou-binzhou-demo",
        version=version,
        alliance=ALLIANCE,
        name=Text(
            "济南—德州—滨州“跨市通办”示范区合作协议（演示数据）",
            "Agreement of the Jinan–Dezhou–Binzhou demonstration zone (demo data)",
        ),
        members=members,
        articles=(
            Article("第三条", items, ("online",), members, members, response_days=1),
            Article("第四条", items, ("collect",), members, members, response_days=2),
        ),
        valid_from=legal_day(at),
        liaison={"note": "demo"},
        terms=Terms(helpers=(EVERY,)),
        prev=prev,
    )


def urls_of(homes: dict[str, Path]) -> dict[str, str]:
    """The addresses the nodes had when they ran last."""
    return {name: json.loads((path / "node.json").read_text())["url"] for name, path in homes.items()}


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
