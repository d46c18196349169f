"""Which mails belong together, by the ids they name (RFC 5322: Message-ID, In-Reply-To, References)."""

from collections.abc import Sequence


class Threads:
    """Ids joined as they are named beside each other. Nothing is told by subjects: two people ask about "Invoice"."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def join(self, message_id: str, named: Sequence[str]) -> None:
        """The mail, and all it names, are of one thread."""
        root = self._root(message_id)
        for other in named:
            self._above[self._root(other)] = root

    def of(self, message_id: str) -> str:
        """The thread's name for now: one of its ids."""
        return self._root(message_id)

    def _root(self, id_: str) -> str:
        self._above.setdefault(id_, id_)
        root = id_
        while self._above[root] != root:
            root = self._above[root]
        while self._above[id_] != root:  # shorten the way for who asks next
            self._above[id_], id_ = root, self._above[id_]
        return root
