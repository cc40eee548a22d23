from authorizations import models  # noqa: F401
from shared.migrations import run

run("authorizations")
