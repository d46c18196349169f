"""A pretended public network: names that lead to a server of this machine, judged as if that were somewhere else."""

from collections.abc import Callable

from kb.adapters.public_addresses import resolve_public


class PublicNetwork:
    """Hands 127.0.0.1 out for the names it is given; every other name is looked up and judged as always. `asked` counts."""

    def __init__(self, *names: str) -> None:
        self.names = set(names)
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int) -> str:
        """The `resolve` of a `GuardedHttp`."""
        self.asked.append(host)
        return "127.0.0.1" if host in self.names else await resolve_public(host, port)


def at(name: str) -> Callable[[str], str]:
    """The address of a server of this machine as `name` has it."""
    return lambda url: url.replace("127.0.0.1", name)
