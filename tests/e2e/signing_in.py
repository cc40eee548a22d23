"""Somebody with a browser of their own: accepts an invitation and signs in, page by page, as a person does."""

import base64
import hashlib
import re
import secrets
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from trellis.plan import PORTAL

FORM = re.compile(r'name="form" value="([0-9a-f]+)"')


class Browser:
    """Of a client or a guardian: they sign in at the portal of their agency."""

    def __init__(self, url: str, agency: str, username: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=60)
        self.client_id, self.username = f"client-portal:{agency}", username

    def submit(self, path: str, page: httpx.Response, **fields: str) -> httpx.Response:
        """Send the form of a page, and follow where that leads on our own pages."""
        (form,) = FORM.findall(page.text)
        answer = self.http.post(path, data={"form": form, **fields})
        onward = answer.headers.get("location", "")
        return self.http.get(onward) if onward.startswith("/") else answer

    def accept(self, link: str, password: str) -> None:
        """Choose a password; an authenticator may wait."""
        path = urlsplit(link).path
        page = self.submit(path, self.http.get(path), password=password, again=password)
        assert "authenticator" in page.text, page.text
        self.submit("/oauth/sign-in", page, choice="skip")

    def sign_in(self, password: str) -> dict[str, Any]:
        """The answer of the token endpoint."""
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": PORTAL, "state": "s",
            "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        path = f"/oauth/authorize?{urlencode(asked)}"
        page = self.submit(path, self.http.get(path), username=self.username, password=password)
        assert page.status_code == 303, page.text
        (code,) = parse_qs(urlsplit(page.headers["location"]).query)["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": PORTAL, "code_verifier": verifier}
        answer = self.http.post("/oauth/token", data={**form, "client_id": self.client_id})
        found: dict[str, Any] = answer.raise_for_status().json()
        return found
