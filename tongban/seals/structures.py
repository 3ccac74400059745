"""The structures of GB/T 38540-2020 in ASN.1. The order of the fields is that of published implementations (verified: false)."""

from asn1crypto import core

CERTIFICATES, DIGESTS = 1, 2
"""How a seal names who may use it."""


class Header(core.Sequence):
    _fields = [("id", core.IA5String), ("version", core.Integer), ("vendor", core.IA5String)]


class PictureInfo(core.Sequence):
    _fields = [("type", core.IA5String), ("data", core.OctetString), ("width", core.Integer), ("height", core.Integer)]


class Certificates(core.SequenceOf):
    _child_spec = core.OctetString


class Digest(core.Sequence):
    _fields = [("type", core.PrintableString), ("value", core.OctetString)]


class Digests(core.SequenceOf):
    _child_spec = Digest


class Property(core.Sequence):
    _fields = [
        ("type", core.Integer), ("name", core.UTF8String), ("list_type", core.Integer), ("list", core.Any),
        ("made_at", core.GeneralizedTime), ("from", core.GeneralizedTime), ("until", core.GeneralizedTime),
    ]  # fmt: skip
    _spec_callbacks = {"list": lambda self: Digests if self["list_type"].native == DIGESTS else Certificates}


class Extension(core.Sequence):
    _fields = [("id", core.ObjectIdentifier), ("critical", core.Boolean), ("value", core.OctetString)]


class Extensions(core.SequenceOf):
    _child_spec = Extension


class SealInfo(core.Sequence):
    _fields = [
        ("header", Header), ("id", core.IA5String), ("property", Property), ("picture", PictureInfo),
        ("extensions", Extensions, {"explicit": 0, "optional": True}),
    ]  # fmt: skip


class Seal(core.Sequence):
    _fields = [
        ("info", SealInfo), ("certificate", core.OctetString), ("algorithm", core.ObjectIdentifier),
        ("signature", core.OctetBitString),
    ]  # fmt: skip


class ToSign(core.Sequence):
    _fields = [
        ("version", core.Integer), ("seal", Seal), ("at", core.GeneralizedTime), ("digest", core.OctetBitString),
        ("subject", core.IA5String), ("extensions", Extensions, {"explicit": 0, "optional": True}),
    ]  # fmt: skip


class Signature(core.Sequence):
    _fields = [
        ("to_sign", ToSign), ("certificate", core.OctetString), ("algorithm", core.ObjectIdentifier),
        ("signature", core.OctetBitString), ("timestamp", core.OctetBitString, {"explicit": 0, "optional": True}),
    ]  # fmt: skip
