"""The insurance register (参保登记) of the deciding place: who is insured where, and in what state."""

from tongban.review.adapters.base import Endpoint, HttpRegister, Register

SOURCE = "register:insured"

InsuredRegister = Register


def insured_register(endpoint: Endpoint) -> InsuredRegister:
    return HttpRegister(SOURCE, endpoint)
