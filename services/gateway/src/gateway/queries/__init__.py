"""Every select of the gateway. Row level security keeps each to the transaction's agency."""

from gateway.queries.agencies import *
from gateway.queries.audit_reports import *
from gateway.queries.break_glass_grants import *
from gateway.queries.clinics import *
from gateway.queries.invitations import *
from gateway.queries.known_clients import *
from gateway.queries.oauth import *
from gateway.queries.partner_apps import *
from gateway.queries.sessions import *
from gateway.queries.sign_in import *
from gateway.queries.sign_in_clients import *
from gateway.queries.signing_keys import *
from gateway.queries.statements import *
from gateway.queries.throttles import *
from gateway.queries.users import *
