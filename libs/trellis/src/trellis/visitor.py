"""Somebody in front of the sign-in pages: takes an invitation, enrols an authenticator, signs in with PKCE (S256).

What a person does in a browser, without one: forms, cookies, and the address to which the program is sent back.
"""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pyotp

from trellis.api import TIMEOUT, Caller, Gateway, Json, Problem
from trellis.problems import Trouble

FORM = re.compile(r'name="form" value="([0-9a-f]+)"')
KEY = re.compile(r"Key: <code>([A-Z2-7 ]+)</code>")
CODE = re.compile(r"<code>([A-Z2-9-]{19})</code>")
CONSOLE = "staff-console"
WRONG = re.compile(r'<li><a href="#[a-z]+">(.*?)</a>')


@dataclass
class Visitor:
    """A person of an agency with a browser of their own, in one of its programs. `recovery`: one use each, as the
    second factor."""

    gateway: Gateway
    slug: str
    username: str
    back: str
    program: str = CONSOLE
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)
    recovery: list[str] = field(default_factory=list, repr=False)
    refresh_token: str = field(default="", repr=False)
    page: httpx.Response | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.browser = httpx.Client(base_url=self.gateway.url, timeout=TIMEOUT)

    @property
    def client_id(self) -> str:
        return f"{self.program}:{self.slug}"

    @property
    def text(self) -> str:
        return self.page.text if self.page is not None else ""

    def load(self, path: str) -> None:
        self.page = self.browser.get(path)

    def submit(self, path: str, **fields: str) -> None:
        """Send the form of the page that was loaded last, and follow where it leads on this site."""
        form = FORM.search(self.text)
        self.page = self.browser.post(path, data={"form": form[1] if form else "", **fields})
        if self.page.headers.get("location", "").startswith("/"):
            self.load(self.page.headers["location"])

    def accept(self, link: str) -> None:
        """Choose a password; staff pair an authenticator, for everybody else it may wait."""
        path = urlsplit(link).path
        self.load(path)
        self.submit(path, password=self.password, again=self.password)
        if self.program == CONSOLE:
            self.pair()
        else:
            self.submit("/oauth/sign-in", choice="skip")

    def pair(self) -> None:
        """Pair an authenticator, keep the recovery codes."""
        key = self.found(KEY, "the authenticator's key").replace(" ", "")
        self.submit("/oauth/sign-in", code=pyotp.TOTP(key).now(), choice="enrol")
        self.recovery = CODE.findall(self.text)
        self.submit("/oauth/sign-in")

    def sign_in(self) -> Json:
        """Password, second factor where one is paired, code, tokens."""
        verifier = secrets.token_urlsafe(48)
        path = f"/oauth/authorize?{urlencode(self.asked(verifier))}"
        self.load(path)
        self.submit(path, username=self.username, password=self.password)
        if self.recovery:
            self.submit("/oauth/sign-in", code=self.recovery.pop())
        return self.redeem(self.arrived(), verifier)

    def asked(self, verifier: str) -> dict[str, str]:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        return {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.back,
            "state": secrets.token_urlsafe(8),
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }

    def arrived(self) -> str:
        """The code with which the program was sent back."""
        location = self.page.headers.get("location", "") if self.page is not None else ""
        if not location.startswith(self.back):
            raise Trouble(f"{self.username} was not sent back to the {self.program}: {self.said()}.")
        return parse_qs(urlsplit(location).query)["code"][0]

    def redeem(self, code: str, verifier: str) -> Json:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.back, "code_verifier": verifier}
        return self.kept(form)

    def refresh(self) -> Json:
        return self.kept({"grant_type": "refresh_token", "refresh_token": self.refresh_token})

    def kept(self, form: dict[str, str]) -> Json:
        answer = self.browser.post("/oauth/token", data={**form, "client_id": self.client_id})
        if answer.is_error:
            raise Problem(answer)
        given: Json = answer.json()
        self.refresh_token = given["refresh_token"]
        return given

    def caller(self) -> Caller:
        """The same person as a caller of the API: signed in once, then by the refresh token."""
        return Caller(self.gateway, (self.slug, self.username, "signed in"), self.anew)

    def anew(self) -> Json:
        return self.refresh() if self.refresh_token else self.sign_in()

    def found(self, what: "re.Pattern[str]", name: str) -> str:
        found = what.search(self.text)
        if found is None:
            raise Trouble(f"The page does not show {name}: {self.said()}.")
        return found[1]

    def said(self) -> str:
        status = self.page.status_code if self.page is not None else 0
        wrong = WRONG.search(self.text)
        return f"{status} {wrong[1].strip() if wrong else ''}".strip()
