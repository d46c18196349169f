"""A strict stand-in for S3: it checks the signature of every request as AWS describes it (Signature Version 4) and the hash
of what is sent, knows one bucket, and refuses everything else."""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from litestar import Litestar, Request, Response, route

KEY, SECRET, REGION, BUCKET = "stand-in", "known-to-both", "eu-north-1", "uploads"


@dataclass
class StandIn:
    """What it holds, and why it refused."""

    kept: dict[str, bytes] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    is_down: bool = False

    def app(self) -> Litestar:
        """The server."""

        @route("/{path:path}", http_method=["GET", "PUT", "POST"], status_code=200)
        async def answer(request: Request[Any, Any, Any], path: str) -> Response[Any]:
            body = await request.body()
            status, content = self._judge(request, path.lstrip("/"), body)
            if status >= 400 and status != 404:
                self.refusals.append(content.decode())
            return Response(content, status_code=status, media_type="application/xml", headers={"ETag": '"x"'})

        return Litestar([answer], logging_config=None)

    def _judge(self, request: Request[Any, Any, Any], path: str, body: bytes) -> tuple[int, bytes]:
        if self.is_down:
            return 503, b"<Error><Code>SlowDown</Code></Error>"
        if why := _what_is_wrong(request, body):
            return 403, f"<Error><Code>{why}</Code></Error>".encode()
        bucket, _, key = path.partition("/")
        if bucket != BUCKET:
            return 400, b"<Error><Code>NoSuchBucket</Code></Error>"
        if request.method == "PUT":
            self.kept[key] = body
            return 200, b""
        if request.method == "POST":
            return self._delete(body) if "delete" in request.query_params else (400, b"<Error/>")
        return (200, self.kept[key]) if key in self.kept else (404, b"<Error><Code>NoSuchKey</Code></Error>")

    def _delete(self, body: bytes) -> tuple[int, bytes]:
        """Several at once, as S3 does it: what is not there counts as deleted."""
        keys = re.findall("<Key>(.*?)</Key>", body.decode())
        for key in keys:
            self.kept.pop(key, None)
        deleted = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        return 200, f'<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{deleted}</DeleteResult>'.encode()


def _what_is_wrong(request: Request[Any, Any, Any], body: bytes) -> str:
    said = request.headers.get("authorization", "")
    if not said.startswith("AWS4-HMAC-SHA256 "):
        return "MissingSignature"
    parts = dict(one.strip().split("=", 1) for one in said.split(" ", 1)[1].split(","))
    digest = request.headers.get("x-amz-content-sha256", "")
    if digest != "UNSIGNED-PAYLOAD" and digest != hashlib.sha256(body).hexdigest():
        return "XAmzContentSHA256Mismatch"
    moment = request.headers["x-amz-date"]
    scope = f"{moment[:8]}/{REGION}/s3/aws4_request"
    if parts["Credential"] != f"{KEY}/{scope}":
        return "InvalidAccessKeyId"
    names = parts["SignedHeaders"].split(";")
    lines = "".join(f"{name}:{request.headers[name].strip()}\n" for name in names)
    query = "&".join(sorted(one if "=" in one else f"{one}=" for one in _query(request) if one))
    asked = "\n".join([request.method, quote(request.url.path), query, lines, ";".join(names), digest])
    signed = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(asked.encode()).hexdigest()])
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    right = hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()
    return "" if hmac.compare_digest(right, parts["Signature"]) else "SignatureDoesNotMatch"


def _query(request: Request[Any, Any, Any]) -> list[str]:
    return request.scope["query_string"].decode().split("&")
