"""Access tokens: the exact good one is accepted, and nothing else (RFC 8725, RFC 9068)."""

import asyncio
import contextlib
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from shared.auth import Verifier
from shared.errors import NotSignedIn, Unavailable
from shared.forgeries import GONE, Mint, headers, pack, wrong
from shared.testing import ISSUER, KID, Keys


def mint_of(keys):
    public = serialization.load_pem_public_key(keys.private.public_key().to_pem())
    assert isinstance(public, RSAPublicKey)
    return Mint(keys.private.sign, public, KID, ISSUER)


@pytest.fixture
def mint(keys):
    return mint_of(keys)


async def accepted(verifier, token):
    try:
        await verifier.verify(token)
    except (NotSignedIn, Unavailable):
        return False
    return True


@pytest.fixture
def verifier(keys):
    found = Verifier(ISSUER, "http://127.0.0.1:9/jwks")
    found.load(keys.jwks)
    found.fetched = time.monotonic()
    return found


OUTWARD = ("open", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request", "subprocess.Popen")
watching: list[list[tuple]] = []


def note(event, arguments):
    for seen in watching if event in OUTWARD else ():
        seen.append((event, arguments))


@pytest.fixture(scope="session")
def audited():
    """What Python itself reports of this process (PEP 578): a hook stays until the process ends."""
    sys.addaudithook(note)

    @contextlib.contextmanager
    def watch():
        watching.append([])
        yield watching[-1]
        watching.pop()

    return watch


HEADERS = [*headers(KID, "")]
CLAIMS = [*wrong(ISSUER, 0)]


@pytest.mark.parametrize("name", HEADERS)
async def test_a_header_that_is_not_ours_is_refused(verifier, mint, name):
    assert not await accepted(verifier, mint.make(mint.header(**headers(KID, mint.canary)[name])))


async def test_no_header_makes_us_open_a_file_or_call_anybody(verifier, mint, audited):
    """T41: whatever path, address or key a header names, nothing is read but the token."""
    tokens = {name: mint.make(mint.header(**headers(KID, mint.canary)[name])) for name in HEADERS}
    for warm in (mint.make(), mint.make(mint.header(kid="unknown"))):
        await accepted(verifier, warm)
    with audited() as seen:
        accepts = [name for name, token in tokens.items() if await accepted(verifier, token)]
    print(f"\n{len(tokens)} headers: accepted {len(accepts)}, files opened and calls made {len(seen)}")
    assert accepts == [] and seen == [] and len(tokens) > 45


def test_the_watch_sees_an_open_file_and_a_call(audited):
    with audited() as seen, Path("/dev/null").open(), contextlib.suppress(OSError):
        asyncio.run(asyncio.open_connection("127.0.0.1", 9))
    assert {"open", "socket.connect"} <= {event for event, _ in seen}


@pytest.mark.parametrize("place", range(len(CLAIMS)), ids=CLAIMS)
async def test_claims_that_are_not_right_are_refused(verifier, mint, place):
    said = [*wrong(ISSUER, int(time.time())).values()][place]
    assert not await accepted(verifier, mint.make(said=mint.claims(**said)))


async def test_the_exact_good_token_is_accepted_with_a_clock_a_little_ahead(verifier, mint):
    now = int(time.time())
    assert await accepted(verifier, mint.make())
    assert await accepted(verifier, mint.make(said=mint.claims(nbf=GONE)))
    assert await accepted(verifier, mint.make(said=mint.claims(iat=now + 5, nbf=now + 5, exp=now + 605)))


async def test_a_public_key_is_no_shared_secret(verifier, mint):
    for alg in ("HS256", "HS384", "HS512"):
        for name, secret in mint.public_forms().items():
            assert not await accepted(verifier, mint.forged(alg, secret)), (alg, name)


async def test_one_spelling_of_a_token_only(verifier, mint):
    good = mint.make()
    for token in [*mint.spelt().values(), f"{good}\n", f" {good}", f"{good}é", ""]:
        assert not await accepted(verifier, token), token[-20:]
    assert await accepted(verifier, good)


async def test_another_key_of_the_same_name_is_refused(verifier):
    assert not await accepted(verifier, mint_of(Keys.make()).make())


@pytest.mark.parametrize(
    "head", [b"[" * 6000, b'{"a":' * 1100, b"[]", b"null", b"\xff\xfe", b"{", b'{"alg":' + b"9" * 5000]
)
async def test_a_header_that_cannot_be_read_is_401_and_no_500(http, head):
    answer = await http.get(f"/v1/loaves/{uuid4()}", headers={"Authorization": f"Bearer {pack(head)}.e30.AAAA"})
    assert answer.status_code == 401, answer.text


async def test_unknown_keys_do_not_make_us_ask_the_issuer_again_and_again(keys, mint, monkeypatch):
    asked, found = [], Verifier(ISSUER, "http://127.0.0.1:9/jwks")
    found.load(keys.jwks)
    found.fetched = float("-inf")

    async def fetch():
        asked.append(found.fetched)
        await plain()

    plain = found.fetch
    monkeypatch.setattr(found, "fetch", fetch)
    for n in range(20):
        assert not await accepted(found, mint.make(mint.header(kid=f"k{n}")))
    assert len(asked) == 1 and await accepted(found, mint.make())


async def test_without_any_key_it_is_unavailable_and_asked_once_a_second(mint):
    found = Verifier(ISSUER, "http://127.0.0.1:9/jwks")
    for _ in range(2):
        with pytest.raises(Unavailable):
            await found.verify(mint.make())


async def test_a_flood_of_unknown_keys_asks_once_a_minute_and_keeps_nobody_out(keys, mint):
    """T45: a thousand a second and more, with good tokens between them."""
    asked = []

    async def read():
        asked.append(time.monotonic())
        return keys.jwks

    found = Verifier(ISSUER, "unused", read=read)
    found.load(keys.jwks)
    found.fetched = float("-inf")
    flood = [mint.make(mint.header(kid=f"k{n}")) for n in range(50)]
    good, started, sent, refused = mint.make(), time.monotonic(), 0, 0
    while time.monotonic() - started < 2:
        for token in flood:
            assert not await accepted(found, token)
            refused += not await accepted(found, good)
            sent += 1
    rate = sent / (time.monotonic() - started)
    print(f"\n{rate:.0f} unknown keys a second: asked {len(asked)} time, good tokens refused {refused}")
    assert rate > 1000 and len(asked) == 1 and refused == 0
    found.fetched -= 61
    assert not await accepted(found, flood[0]) and len(asked) == 2


async def test_whoever_comes_while_the_first_keys_are_read_waits_for_them(keys, mint):
    """A service that has just begun refuses nobody whose token is good."""

    async def read():
        await asyncio.sleep(0.1)
        return keys.jwks

    found = Verifier(ISSUER, "unused", read=read)
    assert all(await asyncio.gather(*(accepted(found, mint.make()) for _ in range(8))))


async def test_old_keys_are_read_again_and_a_failure_keeps_them(keys, mint):
    asked, away = [], []

    async def read():
        asked.append(1)
        if away:
            raise Unavailable()
        return keys.jwks

    found = Verifier(ISSUER, "unused", refresh=300, read=read)
    for age, times in ((0, 1), (0, 1), (299, 1), (301, 2), (301, 3)):
        found.fetched -= age
        found.seen.clear()
        assert await accepted(found, mint.make()) and len(asked) == times
        away[:] = [True] if times == 2 else []


async def test_a_key_that_the_issuer_no_longer_names_verifies_nothing(keys, mint):
    async def read():
        return {"keys": Keys.make().jwks["keys"]}

    found = Verifier(ISSUER, "unused", read=read)
    found.load({"keys": [*keys.jwks["keys"], *Keys.make().jwks["keys"]]})
    found.load(keys.jwks)
    assert await accepted(found, mint.make())
    found.fetched -= 301
    found.seen.clear()
    assert not await accepted(found, mint.make())
