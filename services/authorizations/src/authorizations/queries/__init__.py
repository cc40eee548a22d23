"""Every select, and who may see which rows: whoever reaches the client, by caseload or by the agency's roles."""

from authorizations.queries.agencies import *
from authorizations.queries.appointments import *
from authorizations.queries.authorization_requests import *
from authorizations.queries.authorizations import *
from authorizations.queries.charges import *
from authorizations.queries.clients import *
from authorizations.queries.clinicians import *
from authorizations.queries.consents import *
from authorizations.queries.coverages import *
from authorizations.queries.diagnoses import *
from authorizations.queries.duties import *
from authorizations.queries.eligibility_checks import *
from authorizations.queries.episodes import *
from authorizations.queries.payers import *
from authorizations.queries.statements import *
