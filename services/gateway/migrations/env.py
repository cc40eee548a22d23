from gateway import models  # noqa: F401
from shared.migrations import run

run("gateway")
