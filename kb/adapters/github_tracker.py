"""GitHub issues over its REST API. The base address is a setting, so that tests and GitHub Enterprise can be named."""

from typing import Any

import httpx

from kb.core.errors import Invalid, NotAllowed, Unavailable
from kb.ports.tracker import FiledIssue, IssuePacket

TIMEOUT_SECONDS = 10.0


class GitHubTracker:
    """Files to one repository. The issue's key stands in its text, so that a filing repeated after a lost answer finds the first."""

    def __init__(self, *, api_url: str, repository: str, token: str) -> None:
        self._repository = repository
        self._client = httpx.AsyncClient(
            base_url=api_url.rstrip("/"),
            timeout=TIMEOUT_SECONDS,
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {token}",
                "X-GitHub-Api-Version": "2022-11-28",
                "User-Agent": "answerloop",
            },
        )

    async def file(self, packet: IssuePacket) -> FiledIssue:
        marker = f"<!-- answerloop:{packet.key} -->"
        found = await self._find(marker)
        if found is not None:
            return self._filed(found)
        body = {"title": packet.title, "body": f"{packet.body}\n\n{marker}", "labels": list(packet.labels)}
        return self._filed(await self._send("POST", f"/repos/{self._repository}/issues", json=body))

    async def _find(self, marker: str) -> dict[str, object] | None:
        """Looks through the newest issues with our label: a repeat comes soon after the first try."""
        params: dict[str, str | int] = {"labels": "answerloop", "state": "all", "per_page": 100}
        issues = await self._send("GET", f"/repos/{self._repository}/issues", params=params)
        return next((issue for issue in issues if marker in str(issue.get("body") or "")), None)

    def _filed(self, issue: dict[str, object]) -> FiledIssue:
        return FiledIssue(f"{self._repository}#{issue['number']}", str(issue["html_url"]))

    async def _send(
        self, method: str, path: str, *, json: object = None, params: dict[str, str | int] | None = None
    ) -> Any:
        try:
            answer = await self._client.request(method, path, json=json, params=params)
        except httpx.HTTPError as error:
            raise Unavailable(f"GitHub cannot be reached: {type(error).__name__}.") from error
        _check(answer)
        return answer.json()


def _check(answer: httpx.Response) -> None:
    """Which refusals are worth another try: limits and faults of GitHub's are, ours are not."""
    if answer.is_success:
        return
    limited = answer.status_code == 429 or answer.headers.get("x-ratelimit-remaining") == "0"
    if limited or answer.status_code >= 500:
        raise Unavailable(f"GitHub answered {answer.status_code}; it will be tried again.")
    if answer.status_code in {401, 403, 404}:
        raise NotAllowed(
            f"GitHub answered {answer.status_code}: the token may not write issues there, or there is no such repository."
        )
    raise Invalid(f"GitHub refused the issue with {answer.status_code}: {answer.text[:200]}")
