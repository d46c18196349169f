"""Addresses of the wide world: what people name must not lead us to machines of our own network."""

import asyncio
import ipaddress
import socket

from kb.core.errors import Invalid, Unavailable


async def resolve_public(host: str, port: int) -> str:
    """One address of the host, to be connected to as it is: looking it up again might find another.

    Raises `Invalid` where any of its addresses is not for everybody, `Unavailable` where it has none now.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unavailable(f"{host} cannot be found.") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise Invalid(f"{host} is not on the public network.", {"address": "not on the public network"})
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether the address is for everybody. An IPv4 address in IPv6 clothes is judged as what it is.

    IPv6 outside of what is handed out to anybody (2000::/3) is nobody's: `::127.0.0.1` and NAT64's `64:ff9b::10.0.0.1` lie there.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    judged = mapped or ip
    return judged.is_global and not judged.is_multicast and not judged.is_reserved
