import threading
import time
from pathlib import Path

import httpx
import pytest
from trellis import seed
from trellis.api import Gateway
from trellis.layout import Layout
from trellis.problems import Trouble


def gateway(people: list[dict[str, str]]) -> Gateway:
    answer = httpx.MockTransport(lambda request: httpx.Response(200, json={"items": people}))
    return Gateway("http://gateway.example", httpx.Client(transport=answer))


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path, state_folder=tmp_path)


@pytest.mark.parametrize("is_needed", [True, False])
def test_a_journey_waits_while_the_first_start_seeds(
    layout: Layout, is_needed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    seed.mark_of(layout).touch()
    threading.Timer(1, seed.mark_of(layout).unlink).start()
    started = time.monotonic()
    seed.await_seed(gateway([{"username": "admin-01"}]), layout, is_needed=is_needed)
    assert time.monotonic() - started >= 1
    assert "still seeding" in capsys.readouterr().out


def test_a_seeded_sandbox_is_not_waited_for(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    seed.await_seed(gateway([{"username": "admin-01"}]), layout, is_needed=True)
    assert capsys.readouterr().out == ""


def test_an_empty_sandbox_is_named_in_one_line(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed, "BEGINS_WITHIN", 0.1)
    with pytest.raises(Trouble, match="make run, which seeds it once"):
        seed.await_seed(gateway([]), layout, is_needed=True)
    seed.await_seed(gateway([]), layout, is_needed=False)
