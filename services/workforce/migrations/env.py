from shared.migrations import run
from workforce import models  # noqa: F401

run("workforce")
