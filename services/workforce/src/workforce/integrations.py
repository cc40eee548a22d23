"""What is sent to systems that we do not own. Paging is not built: there is no port."""

from shared.outbound import ports

PORTS = ports()
