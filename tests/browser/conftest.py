"""A headless Chromium that reaches this machine alone, driven through the DevTools protocol; and a platform to look at.

TRELLIS_URL names a running platform to use instead of starting one; CHROMIUM the browser.
"""

import asyncio
import base64
import json
import os
import shutil
import subprocess
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.e2e.conftest import ROOT, Platform, free_block

BROWSER = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
    "--window-size=1280,1400",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
KEYS = {"Tab": 9, "Enter": 13}
INSIDE = ("data:", "blob:", "about:")
SECONDS = 30

SHOWN = """(selector => {
  const found = document.querySelector(selector);
  if (!found) return null;
  found.scrollIntoView({block: "center", behavior: "instant"});
  const box = found.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
  const top = document.elementFromPoint(x, y);
  return top && (found.contains(top) || top.contains(found)) ? {x, y} : null;
})"""


class Page:
    """One tab: what it asked for, what went wrong in it, and a hand that clicks where something is seen."""

    def __init__(self, socket):
        self.socket, self.last, self.waiting = socket, 0, {}
        self.requests, self.answers, self.troubles = [], {}, []
        self.reading = asyncio.create_task(self.read())

    async def read(self):
        async for message in self.socket:
            said = json.loads(message.data)
            if "id" in said:
                self.waiting.pop(said["id"]).set_result(said)
            else:
                self.note(said["method"], said["params"])

    def note(self, event, told):
        if event == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif event == "Network.webSocketCreated":
            self.requests.append(told["url"])
        elif event == "Network.responseReceived":
            self.answers[told["response"]["url"]] = told["response"]["status"]
        elif event == "Runtime.exceptionThrown":
            self.troubles.append(told["exceptionDetails"].get("exception", told["exceptionDetails"]))
        elif event == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.troubles.append(told["entry"]["text"])

    async def send(self, method, **params):
        self.last += 1
        self.waiting[self.last] = asyncio.get_running_loop().create_future()
        waited = self.waiting[self.last]
        await self.socket.send_json({"id": self.last, "method": method, "params": params})
        said = await asyncio.wait_for(waited, SECONDS)
        assert "error" not in said, said
        return said["result"]

    async def open(self, url):
        for domain in ("Page", "Network", "Runtime", "Log"):
            await self.send(f"{domain}.enable")
        await self.send("Page.navigate", url=url)

    async def js(self, expression):
        said = await self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    async def until(self, expression):
        """The expression's value, once it is true."""
        for _ in range(SECONDS * 10):
            if found := await self.js(expression):
                return found
            await asyncio.sleep(0.1)
        raise AssertionError(f"Never true in the page: {expression}")

    async def see(self, selector):
        return await self.until(f"document.querySelector({json.dumps(selector)}) !== null")

    async def text(self, selector):
        await self.see(selector)
        return await self.js(f"document.querySelector({json.dumps(selector)}).innerText")

    async def click(self, selector):
        """Press the mouse where the element is, once nothing lies over it."""
        place = await self.until(f"{SHOWN}({json.dumps(selector)})")
        for kind in ("mousePressed", "mouseReleased"):
            await self.send("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    async def type(self, selector, text):
        """Type over whatever stands in a field."""
        await self.click(selector)
        await self.js(f"document.querySelector({json.dumps(selector)}).select()")
        await self.send("Input.insertText", text=text)

    async def press(self, key):
        """A key of the keyboard, wherever the focus is."""
        code = KEYS[key]
        text = {"text": "\r"} if key == "Enter" else {}
        held = {"key": key, "code": key, "windowsVirtualKeyCode": code, "nativeVirtualKeyCode": code}
        await self.send("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **held, **text)
        await self.send("Input.dispatchKeyEvent", type="keyUp", **held)

    async def focused(self):
        """Where the focus is: the element's id, else its text."""
        return await self.js("document.activeElement.id || document.activeElement.innerText.trim()")

    async def picture(self, path):
        taken = await self.send("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(taken["data"]))

    def strangers(self):
        """Every request that was not for this machine."""
        return [url for url in self.requests if not url.startswith(INSIDE) and urlsplit(url).hostname != "127.0.0.1"]


async def debugging_port(process, profile):
    for _ in range(SECONDS * 10):
        assert process.returncode is None, "The browser ended."
        with suppress(FileNotFoundError, IndexError):
            return int((profile / "DevToolsActivePort").read_text().split()[0])
        await asyncio.sleep(0.1)
    raise TimeoutError("The browser opens no debugging port.")


@pytest.fixture(scope="session")
def url(tmp_path_factory):
    """The gateway of a running platform."""
    if given := os.environ.get("TRELLIS_URL"):
        yield given.rstrip("/")
        return
    platform = Platform(tmp_path_factory.mktemp("platform"), free_block())
    try:
        platform.start()
        yield platform.url
    finally:
        if platform.process and platform.process.poll() is None:
            platform.stop()


@asynccontextmanager
async def browsing(profile):
    """A tab of a browser whose profile is empty; nothing is open in it."""
    assert BROWSER, "No Chromium here: install it (apt-get install chromium), or name it in CHROMIUM."
    quiet = {"stdout": asyncio.subprocess.DEVNULL, "stderr": asyncio.subprocess.DEVNULL}
    process = await asyncio.create_subprocess_exec(
        BROWSER, *SWITCHES, f"--user-data-dir={profile}", "about:blank", **quiet
    )
    try:
        port = await debugging_port(process, profile)
        async with aiohttp.ClientSession() as http:
            async with http.get(f"http://127.0.0.1:{port}/json/list") as answer:
                tab = next(each for each in await answer.json() if each["type"] == "page")
            async with http.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                found = Page(socket)
                yield found
                found.reading.cancel()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


@pytest.fixture(scope="session")
async def page(url, tmp_path_factory):
    """/docs, opened in a browser whose profile is empty."""
    async with browsing(tmp_path_factory.mktemp("profile")) as found:
        await found.open(f"{url}/docs")
        yield found


@pytest.fixture(scope="module")
async def tab(url, tmp_path_factory):
    """A tab of a browser that nobody used before."""
    async with browsing(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="session")
def axe():
    """axe-core's own script, of the version that package-lock.json names; npm fetches it once."""
    kept = ROOT / ".trellis" / "axe"
    script, here = kept / "node_modules" / "axe-core" / "axe.min.js", Path(__file__).parent
    if not script.exists():
        kept.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(here / name, kept / name)
        subprocess.run(["npm", "ci", "--loglevel=error"], cwd=kept, check=True, stdout=subprocess.DEVNULL)
    return script.read_text()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    """Where pictures of the page go; TRELLIS_PICTURES names a folder that stays."""
    if given := os.environ.get("TRELLIS_PICTURES"):
        return type(tmp_path_factory.getbasetemp())(given)
    return tmp_path_factory.mktemp("pictures")
