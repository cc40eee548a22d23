from pathlib import Path

import pytest
from trellis.layout import SERVICES, Layout, gateway_url, layout_from
from trellis.problems import Trouble


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    (tmp_path / "services").mkdir()
    (tmp_path / "libs").mkdir()
    return tmp_path


def test_every_port_moves_with_the_gateways(clone: Path) -> None:
    layout = layout_from({"TRELLIS_PORT": "9080"}, clone)
    assert [layout.port_of(name) for name in SERVICES] == list(range(9080, 9087))
    assert (layout.port_of("postgres"), layout.port_of("kafka")) == (9090, 9091)


def test_the_clone_is_found_from_any_folder_inside_it(clone: Path) -> None:
    inside = clone / "services" / "intake"
    inside.mkdir()
    assert layout_from({}, inside).home == clone.resolve()


def test_outside_a_clone_says_so(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="No clone of Trellis"):
        layout_from({}, tmp_path)


@pytest.mark.parametrize("port", ["80", "65001", "eight", "-1"])
def test_a_port_that_cannot_be_is_refused(clone: Path, port: str) -> None:
    with pytest.raises(Trouble, match="TRELLIS_PORT"):
        layout_from({"TRELLIS_PORT": port}, clone)


def test_an_unknown_broker_is_refused(clone: Path) -> None:
    with pytest.raises(Trouble, match="KAFKA"):
        layout_from({"KAFKA": "redpanda"}, clone)


def test_a_given_server_is_not_started() -> None:
    layout = Layout(
        Path("/"), database_url="postgresql://who:word@db.example:5433/postgres", bootstrap_servers="k.example:9092"
    )
    assert not layout.has_own_postgres
    assert not layout.has_own_broker
    assert layout.database_address == "db.example:5433"
    assert layout.broker_servers == "k.example:9092"


def test_client_commands_find_the_gateway() -> None:
    assert gateway_url({}) == "http://127.0.0.1:8080"
    assert gateway_url({"TRELLIS_PORT": "9080"}) == "http://127.0.0.1:9080"
    assert gateway_url({"TRELLIS_GATEWAY_URL": "http://there.example/"}) == "http://there.example"
