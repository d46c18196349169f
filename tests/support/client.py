"""A browser without a browser: requests to the app in this process, with cookies, CSRF and sign-in."""

from typing import Any

import httpx

from kb.core.actor import Actor
from kb.people.sessions import open_session
from server.security.identifying import SESSION_COOKIE


class Client(httpx.AsyncClient):
    """An httpx client that fills in the CSRF token of unsafe requests and can sign in as anybody."""

    async def sign_in(self, actor: Actor) -> "Client":
        """Become this person."""
        assert actor.person_id is not None
        self.cookies.set(SESSION_COOKIE, await open_session(actor.person_id, user_agent="tests"))
        return self

    async def post_form(self, url: str, data: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        """Send a form as a page would, with the token from the cookie."""
        if "csrftoken" not in self.cookies:
            await self.get("/sign-in")
        sent = {key.replace("_", "-"): value for key, value in headers.items()}
        return await self.post(url, data={**(data or {}), "_csrf_token": self.cookies["csrftoken"]}, headers=sent)
