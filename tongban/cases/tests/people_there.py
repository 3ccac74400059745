"""People of 临邑 beside its examiner."""

from tests.cast import LINYI
from tongban.kernel.actors import Actor


def chief(ref: str = "s-lichief") -> Actor:
    """李主任, head of the office."""
    return Actor("staff", ref, LINYI, frozenset({"chief"}), office="medical-insurance")


def supervisor() -> Actor:
    return Actor("staff", "s-zhoudu", LINYI, frozenset({"supervisor"}), office="supervision")


def acceptance() -> Actor:
    return Actor("staff", "s-qian", LINYI, frozenset({"acceptance"}), office="medical-insurance")
