from clinical_records import models  # noqa: F401
from shared.migrations import run

run("clinical-records")
