"""Every statement of intake."""

from intake.queries.client_keys import *
from intake.queries.clients import *
from intake.queries.clinics import *
from intake.queries.consents import *
from intake.queries.disclosures import *
from intake.queries.episodes import *
from intake.queries.guardianships import *
from intake.queries.inquiries import *
from intake.queries.legal_holds import *
from intake.queries.programs import *
from intake.queries.restrictions import *
from intake.queries.statements import *
