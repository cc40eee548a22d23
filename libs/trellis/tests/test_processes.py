import sys
import time
from pathlib import Path

import psutil
from trellis.environment import machine
from trellis.processes import Child, stop_all

GRANDCHILD = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"


def child(tmp_path: Path, text: str, patience: float = 5) -> Child:
    found = Child("one", [sys.executable, "-c", text], machine(), tmp_path / "one.log", patience=patience)
    found.start()
    return found


def wait_for(test: object, seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not test() and time.monotonic() < deadline:  # type: ignore[operator]
        time.sleep(0.02)


def test_what_a_child_started_is_gone_with_it(tmp_path: Path) -> None:
    one = child(tmp_path, GRANDCHILD)
    process = psutil.Process(one.pid)
    wait_for(process.children)
    grandchildren = process.children()
    stop_all([one])
    _, left = psutil.wait_procs(grandchildren, timeout=5)
    assert grandchildren
    assert not left
    assert one.code() is not None


def test_a_child_that_does_not_listen_is_ended_all_the_same(tmp_path: Path) -> None:
    one = child(tmp_path, DEAF, patience=0.3)
    wait_for(lambda: (tmp_path / "one.log").read_text())
    stop_all([one])
    assert one.code() == -9


def test_its_last_words_are_kept(tmp_path: Path) -> None:
    one = child(tmp_path, "print('first'); raise SystemExit('the port is taken')")
    wait_for(lambda: one.code() is not None)
    assert one.last_words() == "the port is taken"
