"""Every statement of this service. A query about a client's record shows only what the caller may see (decision 4)."""

from clinical_records.queries.assessments import *
from clinical_records.queries.care_team import *
from clinical_records.queries.clients import *
from clinical_records.queries.clinicians import *
from clinical_records.queries.clinics import *
from clinical_records.queries.diagnoses import *
from clinical_records.queries.discharges import *
from clinical_records.queries.duties import *
from clinical_records.queries.episodes import *
from clinical_records.queries.me import *
from clinical_records.queries.measure_administrations import *
from clinical_records.queries.notes import *
from clinical_records.queries.plans import *
from clinical_records.queries.risk_assessments import *
from clinical_records.queries.statements import *
