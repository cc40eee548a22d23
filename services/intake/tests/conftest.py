from shared.testing import *  # noqa: F403

SERVICE = "intake"
