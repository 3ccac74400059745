"""Mr Luo's phone at 济阳, with the receipt that 临邑 gave him in it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.cast import JIYANG, citizen
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope
from tongban.licences import share_opening, sharing, wallet
from tongban.licences.queries import HeldLicence
from tongban.licences.share_codes import read_share_code
from tongban.licences.tests.desk import Desk
from tongban.licences.wallet import Card

STRANGER = Actor("citizen", "c-sun", JIYANG, frozenset({"citizen"}))


@dataclass
class Pocket:
    desk: Desk
    licence: HeldLicence

    def run(self, do: Any, *, by: Actor | None = None, later: timedelta = timedelta(), **given: Any) -> Any:
        with scope([JIYANG]):
            return do(node=self.desk.jiyang, by=by or citizen(), at=self.desk.at + later, **given)

    def run_without_time(self, do: Any, **given: Any) -> Any:
        with scope([JIYANG]):
            return do(node=self.desk.jiyang, by=citizen(), **given)

    def cards(self, **how: Any) -> list[Card]:
        found: list[Card] = self.run(wallet.list_cards, **how)
        return found

    @property
    def where(self) -> dict[str, Any]:
        return {
            "region": JIYANG,
            "case_id": self.licence.case_id,
            "key": wallet.key_of(self.licence.identifier),
        }

    @property
    def named(self) -> dict[str, Any]:
        return {"region": JIYANG, "case_id": self.licence.case_id, "identifier": self.licence.identifier}

    def share(self, **given: Any) -> str:
        said = {"purpose": "办理入职", "recipient": "济阳某公司", "shown": (), "days": "7", "share_id": new_id()}
        code: str = self.run(sharing.share_licence, **self.where, **(said | given))
        return code

    def open(self, code: str, *, later: timedelta = timedelta()) -> share_opening.OpenedShare:
        with scope([JIYANG]):
            return share_opening.open_share(node=self.desk.jiyang, code=code, at=self.desk.at + later)

    def check(self, text: str, *, later: timedelta = timedelta()) -> share_opening.CheckedShare:
        code = read_share_code(text)
        assert code
        with scope([JIYANG]):
            return share_opening.check_share(node=self.desk.jiyang, code=code, at=self.desk.at + later)

    def shares(self) -> list[sharing.ShareView]:
        found: list[sharing.ShareView] = self.run(sharing.list_shares, **self.named)
        return found
