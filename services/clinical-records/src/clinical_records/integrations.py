"""What is sent to the outside world. Clinical-records sends nothing itself."""

from shared.outbound import ports

PORTS = ports()
