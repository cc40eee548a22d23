"""A fork of the warm process is a process of its own: its environment, its session, its end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from trellis.environment import machine
from trellis.forks import Fork
from trellis.processes import PythonChild, stop_all

SECRET = "only-for-one"
SAYS_WHAT_IT_SEES = """import os, pathlib, time
seen = pathlib.Path("/proc/self/environ")
print(sorted(os.environ.items()), seen.read_bytes() if seen.exists() else b"", flush=True)
if "STAY" in os.environ:
    time.sleep(60)
raise SystemExit(7)
"""
STARTS_ANOTHER = "import subprocess, time; subprocess.Popen(['sleep', '60']); print('up', flush=True); time.sleep(60)"
STARTS_AND_WAITS = """import sys, time
from pathlib import Path
from trellis.environment import machine
from trellis.processes import PythonChild
if __name__ == "__main__":
    folder = Path(sys.argv[1])
    one = PythonChild("one", ["teller"], {**machine(), "STAY": "1"}, folder / "one.log", folder)
    one.start()
    print(one.pid, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the module `teller`, which forks find."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def teller(folder: Path, name: str, text: str, **environment: str) -> PythonChild:
    (folder / "teller.py").write_text(text)
    child = PythonChild(name, ["teller"], {**machine(), **environment}, folder / f"{name}.log", folder)
    child.start()
    return child


def said(child: PythonChild, seconds: float = 30) -> str:
    until = time.monotonic() + seconds
    while not child.log.read_text() and time.monotonic() < until:
        time.sleep(0.02)
    return child.log.read_text()


def gone(process: psutil.Process, seconds: float = 20) -> bool:
    return not psutil.wait_procs([process], timeout=seconds)[1]


def test_what_one_is_told_no_other_sees(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OURS_ALONE", "kept-here")
    one = teller(folder, "one", SAYS_WHAT_IT_SEES, PASSWORD=SECRET, STAY="1")
    assert SECRET in said(one)
    other = teller(folder, "other", SAYS_WHAT_IT_SEES)
    assert "PATH" in said(other)
    assert SECRET not in said(other)
    assert "kept-here" not in said(one) + said(other)
    assert os.environ["OURS_ALONE"] == "kept-here"
    if sys.platform == "linux":
        assert b"PATH=" in Path(f"/proc/{one.pid}/environ").read_bytes()
        assert SECRET.encode() not in Path(f"/proc/{one.pid}/environ").read_bytes()
    stop_all([one, other])


def test_its_exit_code_is_seen(folder: Path) -> None:
    one = teller(folder, "one", SAYS_WHAT_IT_SEES)
    assert isinstance(one.process, Fork)
    assert one.process.wait(30) == 7
    assert one.code() == 7


def test_waiting_has_an_end(folder: Path) -> None:
    one = teller(folder, "one", SAYS_WHAT_IT_SEES, STAY="1")
    assert isinstance(one.process, Fork)
    with pytest.raises(subprocess.TimeoutExpired):
        one.process.wait(0.1)
    stop_all([one])
    assert one.code() == -signal.SIGTERM


def test_a_kill_reaches_what_it_started(folder: Path) -> None:
    one = teller(folder, "one", STARTS_ANOTHER)
    said(one)
    (grandchild,) = psutil.Process(one.pid).children()
    one.tell(signal.SIGKILL)
    assert isinstance(one.process, Fork)
    assert one.process.wait(30) == -signal.SIGKILL
    assert gone(grandchild)


def test_a_kill_in_its_first_moment_is_not_lost(folder: Path) -> None:
    one = teller(folder, "one", SAYS_WHAT_IT_SEES, STAY="1")
    one.tell(signal.SIGKILL)
    assert isinstance(one.process, Fork)
    assert one.process.wait(30) == -signal.SIGKILL


def test_it_ends_with_its_starter_and_so_does_the_server(folder: Path) -> None:
    (folder / "teller.py").write_text(SAYS_WHAT_IT_SEES)
    (folder / "starter.py").write_text(STARTS_AND_WAITS)
    command = [sys.executable, str(folder / "starter.py"), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        one = psutil.Process(int(starter.stdout.readline()))
        server = one.parent()
        starter.kill()
    assert server
    assert gone(one)
    assert gone(server)


def test_one_that_ends_in_order_leaves_no_process(folder: Path) -> None:
    (folder / "teller.py").write_text(SAYS_WHAT_IT_SEES)
    (folder / "starter.py").write_text(STARTS_AND_WAITS.replace("time.sleep(60)", "one.process.wait(); input()"))
    command = [sys.executable, str(folder / "starter.py"), str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        one = psutil.Process(int(starter.stdout.readline()))
        family = psutil.Process(starter.pid).children(recursive=True)
        one.kill()
        starter.communicate("\n")
    assert one in family
    assert starter.returncode == 0
    assert not [process for process in family if process.is_running()]
