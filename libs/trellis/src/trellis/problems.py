"""What the command line says when something is missing: one line that says what to do."""


class Trouble(Exception):
    """Ends the command with one line and exit code 1. `kept` says how the line was already shown."""


class Ended(BaseException):
    """Ctrl-C, or the machine asked us to end."""
