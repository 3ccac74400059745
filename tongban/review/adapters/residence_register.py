"""The residence register (居住登记) of the receiving place: who holds a residence permit there, and since when. Asked with consent only."""

from tongban.review.adapters.base import Endpoint, HttpRegister, Register

SOURCE = "register:residence"

ResidenceRegister = Register


def residence_register(endpoint: Endpoint) -> ResidenceRegister:
    return HttpRegister(SOURCE, endpoint)
