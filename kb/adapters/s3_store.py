"""Uploaded files in a bucket of S3, or of anything that speaks as S3 does (MinIO, Ceph, R2)."""

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from obstore.exceptions import BaseError
from obstore.store import S3Store as Bucket

from kb.core.errors import Unavailable

if TYPE_CHECKING:
    from obstore.store import S3Config


class S3Store:
    """The `FileStore` port on one bucket. `url` is `https://host/bucket` or `https://host/bucket/folder`.

    Without a key the environment or the machine's own role is asked, as every S3 client does.
    """

    def __init__(self, url: str, *, region: str, key: str = "", secret: str = "") -> None:
        parts = urlsplit(url)
        bucket, _, folder = parts.path.strip("/").partition("/")
        config: S3Config = {"region": region, "virtual_hosted_style_request": False}
        if key:
            config.update({"access_key_id": key, "secret_access_key": secret})
        self._bucket = Bucket(
            bucket,
            prefix=folder or None,
            endpoint=f"{parts.scheme}://{parts.netloc}",
            config=config,
            client_options={"allow_http": parts.scheme == "http", "timeout": "20s"},
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=20)},
        )

    async def put(self, key: str, content: bytes) -> None:
        try:
            await self._bucket.put_async(key, content)
        except (BaseError, OSError) as error:
            raise _down(error) from error

    async def get(self, key: str) -> bytes | None:
        try:
            found = await self._bucket.get_async(key)
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise _down(error) from error

    async def delete(self, key: str) -> None:
        try:
            await self._bucket.delete_async(key)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise _down(error) from error


def _down(error: Exception) -> Unavailable:
    """The store's own words name buckets and request ids: they are for the log, which keeps the cause."""
    return Unavailable(f"The file store does not answer ({type(error).__name__}).")
