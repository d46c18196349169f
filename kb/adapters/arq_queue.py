"""Redis through arq."""

from collections.abc import Sequence
from uuid import UUID

from arq.connections import ArqRedis, RedisSettings
from redis.asyncio import ConnectionPool
from redis.asyncio.connection import UnixDomainSocketConnection


def redis_from(url: str) -> ArqRedis:
    """A client that connects when first used, so that a web process starts while Redis is down.

    Timeouts are one second: an offer that takes longer is left to the sweep rather than to the person waiting.
    """
    settings = RedisSettings.from_dsn(url)
    limits = {"socket_timeout": 5, "socket_connect_timeout": 1}
    if settings.unix_socket_path:
        pool = ConnectionPool(
            connection_class=UnixDomainSocketConnection, path=settings.unix_socket_path, db=settings.database, **limits
        )
    else:
        pool = ConnectionPool.from_url(url, **limits)
    return ArqRedis(pool)


class ArqQueue:
    """The `JobQueue` port on arq. Each offer is a job of its own; the outbox lease keeps two from working at once."""

    def __init__(self, redis: ArqRedis) -> None:
        self._redis = redis

    async def offer(self, message_ids: Sequence[UUID]) -> None:
        for message_id in message_ids:
            await self._redis.enqueue_job("deliver_message", str(message_id))

    async def ping(self) -> str:
        info = await self._redis.info("server")
        return f"Redis {info['redis_version']}"

    async def close(self) -> None:
        await self._redis.aclose()
