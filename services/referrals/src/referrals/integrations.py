"""What is sent to systems that we do not own. Sending a referral out is not built: there is no port."""

from shared.outbound import ports

PORTS = ports()
