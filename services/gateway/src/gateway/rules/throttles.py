"""How often somebody may try. Source: OWASP ASVS 5.0 section 6.3.1, NIST SP 800-63B-4 section 3.2.2.

Version 2026-11-23.

Each bucket holds `burst` attempts and frees one every `every` seconds; an attempt that succeeds is given back. Nothing
counts an account alone while only its name is known: whoever knows a name could shut its owner out. A browser that the
account signed in from before has a bucket of its own and is stopped by no other.
"""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    PAIR = "pair"
    NETWORK = "network"
    DEVICE = "device"
    SECOND_FACTOR = "second_factor"
    SECOND_FACTOR_DEVICE = "second_factor_device"
    OWN_PASSWORD = "own_password"  # noqa: S105


@dataclass(frozen=True)
class Limit:
    burst: int
    every: int


LIMITS: dict[Kind, Limit] = {
    # one account from one network
    Kind.PAIR: Limit(10, 60),
    # all accounts of an agency from one network: a whole clinic behind one address comes to work at eight
    Kind.NETWORK: Limit(100, 6),
    # one account from a browser that it signed in from before
    Kind.DEVICE: Limit(10, 60),
    # who tries codes knows the password: here the account itself is counted
    Kind.SECOND_FACTOR: Limit(5, 300),
    Kind.SECOND_FACTOR_DEVICE: Limit(5, 300),
    # who changes a password holds an access token
    Kind.OWN_PASSWORD: Limit(5, 300),
}


@dataclass(frozen=True)
class Bucket:
    """`name` says whose it is; it is kept as a keyed digest only."""

    kind: Kind
    name: str


def network_of(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 address: what one household or office usually has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def password_buckets(account: str, address: str, *, device: str | None) -> tuple[Bucket, ...]:
    """What an attempt with a password is counted in. `device`: the known browser, None for any other."""
    if device:
        return (Bucket(Kind.DEVICE, f"{account}|{device}"),)
    network = network_of(address)
    return Bucket(Kind.PAIR, f"{account}|{network}"), Bucket(Kind.NETWORK, network)


def code_buckets(account: str, *, device: str | None) -> tuple[Bucket, ...]:
    """What an attempt with a one-time code is counted in."""
    if device:
        return (Bucket(Kind.SECOND_FACTOR_DEVICE, f"{account}|{device}"),)
    return (Bucket(Kind.SECOND_FACTOR, account),)
