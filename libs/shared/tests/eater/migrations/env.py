from eater import models  # noqa: F401
from shared.migrations import run

run("eater")
