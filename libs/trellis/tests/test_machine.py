import socket
from pathlib import Path

import pytest
from trellis.layout import Layout
from trellis.machine import check_ports, needed_ports, only_one
from trellis.problems import Trouble


def test_a_taken_port_is_named_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        layout = Layout(Path("/"), port=taken.getsockname()[1])
        with pytest.raises(Trouble, match=rf"Port {layout.port} \(gateway\) is taken.*TRELLIS_PORT"):
            check_ports(layout)


def test_only_what_is_started_needs_a_port() -> None:
    assert "controller" not in needed_ports(Layout(Path("/")))
    assert "controller" in needed_ports(Layout(Path("/"), kafka="apache"))
    assert "postgres" not in needed_ports(Layout(Path("/"), database_url="postgresql://db.example/postgres"))
    assert "kafka" not in needed_ports(Layout(Path("/"), bootstrap_servers="k.example:9092"))


def test_a_second_platform_of_the_same_clone_is_refused(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    with only_one(layout), pytest.raises(Trouble, match="runs already"), only_one(layout):
        pass
    with only_one(layout):
        pass
