"""Makes the cluster at the first start, then becomes the server. Password and options are given as to postgres:18."""
# ruff: noqa: INP001, S603, TID251

import os
import shutil
import subprocess
import sys
from pathlib import Path

DATA = Path(os.environ["PGDATA"])


def make_cluster() -> None:
    """Whole or not at all: a start that was cut short begins again."""
    draft, word = DATA.with_name(f"{DATA.name}.new"), Path("/tmp/password")  # noqa: S108
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    word.touch(mode=0o600)
    word.write_text(os.environ["POSTGRES_PASSWORD"])
    locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    initdb = ["initdb", "--pgdata", str(draft), "--username=postgres", "--auth=scram-sha-256", f"--pwfile={word}"]
    try:
        subprocess.run([*initdb, *locale, "--data-checksums"], check=True)
    finally:
        word.unlink()
    with (draft / "pg_hba.conf").open("a") as rules:
        rules.write("host all all all scram-sha-256\n")
    draft.rename(DATA)


if not (DATA / "PG_VERSION").exists():
    make_cluster()
where = ["-c", "listen_addresses=*", "-c", "unix_socket_directories=/var/run/postgresql"]
os.execvp(sys.argv[1], [sys.argv[1], *where, *sys.argv[2:]])  # noqa: S606
