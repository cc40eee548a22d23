"""What the seed's plan leaves out: one act for each other operation that writes, by the role that would do it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from trellis import care, plan
from trellis.api import Caller, eventually
from trellis.care import Person
from trellis.visitor import Visitor

DAY = timedelta(days=1)
SECOND = "therapist-2"
FORM = {"type": "treatment", **care.FORM}
PASSWORDS = ("seven green bicycles", "eight blue tandems")


class Acts:
    """The acts of one agency. `client` is the one in care, `chart` what was made for them."""

    def __init__(self, world: Any, slug: str) -> None:
        self.world, self.slug, self.sown, self.chart = world, slug, world.sown[slug], world.cases[slug][1]
        self.client, self.episode = self.chart.client_id, self.chart.episode_id
        self.today = care.local_day(world.gateway.now(), self.sown.agency.timezone)

    def of(self, username: str) -> Caller:
        return self.world.person(self.slug, username)

    @property
    def clinician(self) -> Caller:
        return self.of(self.chart.clinician)

    def changed(self, who: Caller, path: str, change: Any) -> None:
        """PATCH with the version that was read."""
        who.patch(path, change, care.must(who.get(path).etag, f"an ETag on {path}"))

    def first(self, who: Caller, path: str, **query: Any) -> Any:
        return who.until(path, lambda found: bool(found["items"]), **query).items[0]

    # gateway

    def agency(self) -> None:
        operator = self.world.gateway.app("operator", self.world.book.operator_secret)
        operator.get("/v1/admin/agencies")

    def accounts(self) -> None:
        administrator = self.of("administrator")
        self.changed(
            administrator, f"/v1/admin/clinics/{self.sown.clinics[2]}", {"name": f"{self.slug.title()} Far South"}
        )
        made = administrator.post("/v1/admin/users", {"username": "leaver", "roles": ["scheduler"]})
        self.changed(administrator, f"/v1/admin/users/{made['id']}", {"roles": ["front_desk"]})
        administrator.post(f"/v1/admin/users/{made['id']}/deactivation")
        administrator.post(f"/v1/admin/users/{made['id']}/reactivation")
        app = administrator.post("/v1/admin/partner-apps", {"name": f"{self.slug}: page", "scopes": ["directory:read"]})
        administrator.post(f"/v1/admin/partner-apps/{app['id']}/secret")
        self.changed(administrator, f"/v1/admin/partner-apps/{app['id']}", {"name": f"{self.slug}: other page"})
        administrator.post(f"/v1/admin/partner-apps/{app['id']}/suspension")
        administrator.post(f"/v1/admin/partner-apps/{app['id']}/resumption")
        administrator.post(f"/v1/admin/partner-apps/{app['id']}/revocation")

    def looks(self) -> None:
        """May I, and who looked."""
        officer, client = self.of("privacy-officer"), {"type": "client", "id": self.client}
        asked = {"subject": {"id": self.sown.users["therapist"]}, "action": {"name": "get_client"}, "resource": client}
        self.of("therapist").post("/v1/access/evaluation", asked)
        now = self.world.gateway.now()
        span = {"since": (now - 90 * DAY).isoformat(), "until": (now + DAY).isoformat()}
        report = officer.post("/v1/audit-reports", {"client_id": self.client, **span})
        officer.until(f"/v1/audit-reports/{report['id']}", lambda found: found["entries"] > 0)

    def signing_in(self) -> None:
        """The client's account: two sessions, one ended; a new password, one more session, and out; then in again."""
        administrator, portal = self.of("administrator"), self.of("client-portal")
        self.changed(administrator, "/v1/admin/sign-in-policy", {"idle_minutes": 120})
        page = f"https://{self.slug}.example/signed-in"
        made = administrator.post("/v1/admin/sign-in-clients", {"kind": "staff-console", "redirect_uris": [page]})
        path = f"/v1/admin/sign-in-clients/{made['id']}"
        administrator.put(path, {"redirect_uris": [page, f"{page}/again"]}, '"1"')
        account = next(one for one in administrator.every("/v1/admin/users") if one["username"] == "client-portal")
        invited = administrator.post(f"/v1/admin/users/{account['id']}/invitation")
        visitor = Visitor(self.world.gateway, self.slug, "client-portal", plan.PORTAL, "client-portal", PASSWORDS[0])
        visitor.accept(invited["link"])
        for _ in range(2):
            visitor.sign_in()
        session = self.first(portal, "/v1/me/sessions")
        portal.call("DELETE", f"/v1/me/sessions/{session['id']}", headers=portal.once_only('"1"'))
        portal.post("/v1/me/password", {"current": PASSWORDS[0], "new": PASSWORDS[1]})
        portal.post("/v1/me/sign-out")
        visitor.password = PASSWORDS[1]
        visitor.sign_in()
        new = {"client_id": self.client, "username": "portal-of-the-client"}
        self.of("front-desk").post("/v1/client-invitations", new)

    def offers(self) -> None:
        administrator = self.of("administrator")
        self.changed(administrator, f"/v1/admin/programs/{self.sown.programs[2]}", {"name": f"{self.slug}: program"})
        self.changed(administrator, f"/v1/admin/payers/{self.sown.payers[1]}", {"name": f"{self.slug}: plan"})

    def emergencies(self) -> None:
        """One grant that was reviewed, and one that stands open."""
        psychiatrist, officer = self.of("psychiatrist"), self.of("privacy-officer")
        words = {"reason": "crisis_contact", "explanation": f"Sample emergency of {self.slug}."}
        made = psychiatrist.post("/v1/break-glass-grants", {"client_id": self.client, **words})
        psychiatrist.post(f"/v1/break-glass-grants/{made['id']}/end")
        found = {"is_justified": True, "finding": f"Sample finding of {self.slug}."}
        officer.post(f"/v1/break-glass-grants/{made['id']}/review", found)
        psychiatrist.post("/v1/break-glass-grants", {"client_id": self.client, **words})

    # intake

    def inquiries(self) -> None:
        coordinator = self.of("intake-coordinator")
        lost = coordinator.post("/v1/inquiries", care.inquiry_of(self.chart.person, self.sown.clinics[0]))
        coordinator.post(
            f"/v1/inquiries/{lost['id']}/closure", {"reason": "duplicate", "disposition": "safe_at_contact"}
        )

    def clients(self) -> None:
        coordinator, officer = self.of("intake-coordinator"), self.of("privacy-officer")
        coordinator.post("/v1/clients/cards", {"client_ids": [self.client]})
        self.changed(coordinator, f"/v1/clients/{self.client}", {"pronouns": f"they, of {self.slug}"})
        path = f"/v1/clients/{self.client}/restrictions"
        made = officer.post(path, {"is_self_paid": True})
        officer.post(f"{path}/{made['id']}/withdrawal")
        officer.post(path, {"data_class": "billing"})

    def consents(self) -> None:
        coordinator = self.of("intake-coordinator")
        coordinator.post("/v1/consents/validation", {**FORM, "client_id": self.client})
        declined = coordinator.post("/v1/consents", {**FORM, "client_id": self.client})
        coordinator.post(f"/v1/consents/{declined['id']}/declination")
        ended = care.consent(coordinator, self.client, "telehealth")
        coordinator.post(f"/v1/consents/{ended['id']}/revocation", {"method": "verbal"})

    def own_corner(self) -> None:
        """What the client does under /v1/me, and who stands for the client."""
        own, path = self.of("client-portal"), f"/v1/clients/{self.client}/guardianships"
        says = {"type": "roi", **care.FORM, "purposes": ["TREAT"], "recipients": [{"kind": "treating_provider"}]}
        says |= {"statements": ["right_to_revoke", "conditioning", "redisclosure_risk"], "client_id": self.client}
        says["scope"] = {"data_classes": ["plan"], "information_description": f"Sample plan of {self.slug}"}
        says["expires_at"] = (self.world.gateway.now() + 300 * DAY).isoformat()
        declined, ended = (own.post("/v1/me/consents", says)["id"] for _ in range(2))
        own.post(f"/v1/me/consents/{declined}/declination")
        own.post(f"/v1/me/consents/{ended}/signature")
        own.post(f"/v1/me/consents/{ended}/revocation")
        span = {"since": (datetime.now(UTC) - DAY).isoformat(), "until": (datetime.now(UTC) + DAY).isoformat()}
        report = own.post("/v1/me/audit-reports", {"client_id": self.client, **span})["id"]
        own.until(f"/v1/me/audit-reports/{report}", lambda found: found["status"] == "ready")
        agent = {"guardian_id": str(uuid4()), "authority": "health_care_agent", "starts_on": self.today.isoformat()}
        made = self.of("intake-coordinator").post(path, agent)
        self.of("intake-coordinator").post(f"{path}/{made['id']}/ending")

    def not_admitted(self) -> None:
        coordinator, who = self.of("intake-coordinator"), self.sown.users[self.chart.clinician]
        opened = care.open_episode(coordinator, self.registered(50), self.sown.programs[1], who)
        coordinator.post(f"/v1/episodes/{opened['id']}/non-admission", {"reason": "moved_away"})

    def registered(self, number: int) -> str:
        """One more Sample Client."""
        number += self.sown.agency.clients.start
        born_on = self.today - (12_000 + number) * DAY
        who = Person("Sample", f"Client {number}", born_on, f"+1 312 555 {number:04d}", f"SAMPLE-{number}")
        made = self.of("intake-coordinator").post("/v1/clients", care.client_of(who, self.sown.clinics[0], None))
        return str(made["id"])

    def privacy(self) -> None:
        officer = self.of("privacy-officer")
        found = officer.get("/v1/disclosures/policy")
        officer.put("/v1/disclosures/policy", {"minors_consent_from": 16}, found.etag or "*")
        held = officer.post("/v1/legal-holds", {"client_id": self.client, "reason": "subpoena"})
        officer.post(f"/v1/legal-holds/{held['id']}/release")
        officer.post("/v1/legal-holds", {"client_id": self.client, "reason": "complaint"})
        mistaken = {"reason": "recorded_in_error"}
        officer.post(f"/v1/clients/{self.registered(70)}/key-destruction", mistaken)

    def evaluations(self) -> None:
        question = {"client_id": self.client, "data_class": "plan", "purpose": "TREAT", "recipient_kind": "care_team"}
        self.clinician.post("/v1/disclosures/evaluation", {"items": [question]})
        self.clinician.post("/v1/measures/phq-9/score", {"items": care.PHQ_9_OF_4})
        self.clinician.post("/v1/risk/c-ssrs/triage", care.NO_TO_ALL)
        received = {"payer_type": "medicare", "received_at": self.world.gateway.now().isoformat()}
        self.of("billing-ur").post("/v1/authorizations/clock", received)
        care.suggest_code(self.clinician, 52, self.today)

    # clinical records

    def measures(self) -> None:
        asked = {"client_id": self.client, "instrument": "phq-9"}
        declined = self.clinician.post("/v1/measure-administrations", asked)
        self.clinician.post(f"/v1/measure-administrations/{declined['id']}/decline")
        voided = care.measure(self.clinician, self.client, "gad-7", care.GAD_7_OF_12)
        self.clinician.post(f"/v1/measure-administrations/{voided['id']}/void", {"reason": "Sample reason."})

    def risk(self) -> None:
        begun = care.screen_risk(self.clinician, self.client, {"q2": True, "q3": True})
        rest = {"answers": {"q1": True, "q4": False, "q5": False, "q6a": False}}
        self.clinician.post(f"/v1/risk-assessments/{begun['id']}/answers", rest)

    def care_team(self) -> None:
        supervisor = self.of("clinical-supervisor")
        for username, role in (
            ("associate", "clinician"),
            ("psychiatrist", "psychiatrist"),
            ("case-manager", "case_manager"),
        ):
            supervisor.post("/v1/care-team-members", self.member(username, role))
        gone = supervisor.post("/v1/care-team-members", self.member("practicum-student", "student"))
        supervisor.post(f"/v1/care-team-members/{gone['id']}/end")

    def member(self, username: str, role: str) -> Any:
        ids = {"client_id": self.client, "episode_id": self.episode, "member_id": self.sown.users[username]}
        return {**ids, "role": role}

    def assessments(self) -> None:
        associate, supervisor = self.of("associate"), self.of("clinical-supervisor")
        draft = self.drafted(associate)
        path = f"/v1/assessments/{draft['id']}"
        self.changed(associate, path, {"loc_code": "iop"})
        associate.post(f"{path}/signature")
        supervisor.post(f"{path}/return")
        associate.post(f"{path}/signature")
        supervisor.post(f"{path}/cosignature")
        gone = self.drafted(self.clinician)
        self.clinician.post(f"/v1/assessments/{gone['id']}/void", {"reason": "Sample reason."})

    def drafted(self, who: Caller) -> Any:
        domains: Any = {domain: {"narrative": f"Sample narrative of {self.slug}."} for domain in care.DOMAINS}
        ids = {"client_id": self.client, "episode_id": self.episode}
        return who.post("/v1/assessments", {**ids, "loc_code": "outpatient", "domains": domains})

    def diagnoses(self) -> None:
        found = {"client_id": self.client, "episode_id": self.episode, "verification": "provisional"}
        made = self.clinician.post("/v1/diagnoses", {**found, "code": "F43.10", "rank": 2})
        self.changed(self.clinician, f"/v1/diagnoses/{made['id']}", {"rank": 3})
        self.clinician.post(f"/v1/diagnoses/{made['id']}/verification", {"verification": "refuted"})

    def plans(self) -> None:
        active = self.first(self.clinician, "/v1/plans", client_id=self.client, status="active")
        path = f"/v1/plans/{active['id']}"
        problems = self.clinician.get(path)["problems"]
        self.clinician.post(f"{path}/review", {"reason": "client_asked", "problems": problems})
        self.changed(self.clinician, path, {"strengths": [f"Sample strength of {self.slug}"]})
        for signer in ("clinician", "client"):
            care.sign_plan(self.clinician, active["id"], signer)

    def returned_plan(self) -> None:
        """Of somebody new: a standing plan is reviewed, never begun again."""
        coordinator, who = self.of("intake-coordinator"), self.chart.clinician
        client = self.registered(60)
        care.consent(coordinator, client, "treatment")
        opened = care.open_episode(coordinator, client, self.sown.programs[0], self.sown.users[who])
        care.admit(coordinator, opened["id"])
        care.meet(self.clinician, client)
        found = care.diagnose(self.clinician, client, opened["id"])
        draft = self.clinician.post("/v1/plans", care.plan_of(opened["id"], found["id"], self.today + 120 * DAY))
        care.sign_plan(self.clinician, draft["id"], "clinician")
        self.clinician.post(f"/v1/plans/{draft['id']}/return")

    def notes(self) -> None:
        associate, supervisor = self.of("associate"), self.of("clinical-supervisor")
        began = self.world.gateway.now() - timedelta(hours=3)
        case = {"client_id": self.client, "kind": "case_management", "started_at": began.isoformat()}
        ended = {"ended_at": (began + timedelta(minutes=30)).isoformat()}
        draft = associate.post("/v1/notes", {**case, **ended})
        care.write_note(associate, draft["id"], self.chart.objectives, self.chart.diagnosis_id, None)
        path = f"/v1/notes/{draft['id']}"
        associate.post(f"{path}/signature")
        supervisor.post(f"{path}/return", {"reason": "Sample reason."})
        self.changed(associate, path, {"risk": "low"})
        associate.post(f"{path}/signature")
        supervisor.post(f"{path}/cosignature")
        associate.post(f"{path}/addenda", {"text": f"Sample addendum of {self.slug}."})
        gone = self.clinician.post("/v1/notes", {**case, **ended})
        care.write_note(self.clinician, gone["id"], self.chart.objectives, self.chart.diagnosis_id, None)
        care.sign_note(self.clinician, gone["id"])
        self.clinician.post(f"/v1/notes/{gone['id']}/void", {"reason": "Sample reason."})

    # scheduling

    def appointments(self) -> None:
        scheduler, therapist = self.of("scheduler"), self.of(SECOND)
        booked = [self.booked(scheduler, number) for number in range(5)]
        scheduler.post(f"/v1/appointments/{booked[0]['id']}/confirmation")
        scheduler.post(f"/v1/appointments/{booked[1]['id']}/cancellation", {"by": "client", "reason_code": "ill"})
        self.world.gateway.advance_to(care.instant(booked[2]["start_at"]))
        for number, verb in ((2, "arrival"), (2, "session")):
            therapist.post(f"/v1/appointments/{booked[number]['id']}/{verb}")
        self.world.gateway.advance_to(care.instant(booked[3]["end_at"]))
        therapist.post(f"/v1/appointments/{booked[3]['id']}/no-show")

    def booked(self, scheduler: Caller, number: int) -> Any:
        """A supervision hour of the second therapist, who sees nobody then."""
        slot = care.free_slots(scheduler, self.sown.users[SECOND], self.today + 2 * DAY)[number]
        names = ("provider_id", "clinic_id", "start_local", "timezone", "duration_minutes")
        return scheduler.post(
            "/v1/appointments", {**{name: slot[name] for name in names}, "kind": "individual", "client_id": self.client}
        )

    def hours(self) -> None:
        scheduler, director = self.of("scheduler"), self.of("program-director")
        open_hours = self.first(scheduler, "/v1/availabilities", provider_id=self.sown.users["psychiatrist"])
        path = f"/v1/availabilities/{open_hours['id']}"
        self.changed(scheduler, path, {"days_off": [(self.today + 40 * DAY).isoformat()]})
        found = director.get("/v1/gate-policies")
        policies = {name: value for name, value in found.body.items() if name != "version"}
        director.put("/v1/gate-policies", policies, care.must(found.etag, "an ETag on gate policies"))

    # referrals

    def directory(self) -> None:
        manager = self.of("directory-manager")
        self.changed(manager, f"/v1/services/{self.sown.services[1]}", {"alert": f"Sample alert of {self.slug}"})

    def referrals(self) -> None:
        manager = self.of("case-manager")
        need = self.first(manager, "/v1/needs", client_id=self.client)
        wanted = {"client_id": self.client, "need_id": need["id"], "service_id": self.sown.services[1]}
        made = self.clinician.post("/v1/referrals", wanted)
        self.clinician.post(f"/v1/referrals/{made['id']}/cancellation", {"reason_code": "client_declined"})
        other = {"client_id": self.client, "domain": "housing-instability", "code": "Z59.811", "wants_help": True}
        found = self.clinician.post("/v1/needs", other)
        self.clinician.post(f"/v1/needs/{found['id']}/resolution")
        gone = self.world.cases[self.slug][0]
        plan = self.first(self.of(gone.clinician), "/v1/aftercare-plans", client_id=gone.client_id)
        self.of(gone.clinician).post(f"/v1/aftercare-plans/{plan['id']}/contact", {"outcome": "reached"})

    # authorizations

    def authorizations(self) -> None:
        coordinator, biller = self.of("intake-coordinator"), self.of("billing-ur")
        body = {"client_id": self.client, "payer_id": self.sown.payers[1], "member_id": f"STATE-{self.slug}"}
        more = {
            "plan_name": "Sample Plan",
            "relation": "self",
            "order": "secondary",
            "valid_from": self.today.isoformat(),
        }
        covered = coordinator.post("/v1/coverages", {**body, **more})
        wish = {"coverage_id": covered["id"], "service_date": self.today.isoformat(), "service_types": ["MH"]}
        check = coordinator.post("/v1/eligibility-checks", wish)
        said = {"status": "active", "auth_required": {"MH": "Y"}, "evidence_reference": f"portal-{self.slug}"}
        coordinator.post(f"/v1/eligibility-checks/{check['id']}/result", said)
        until = self.today + 90 * DAY
        asked = [care.request_authorization(biller, self.client, covered["id"], 4, self.today, until) for _ in range(2)]
        decision = {"action_code": "A1", "number": f"N-{self.slug}", "units": 4, "evidence_reference": "portal",
                    "valid_from": self.today.isoformat(), "valid_until": until.isoformat()}  # fmt: skip
        biller.post(f"/v1/authorization-requests/{asked[0]['id']}/decision", decision)
        biller.post(f"/v1/authorization-requests/{asked[1]['id']}/cancellation")
        ours = care.request_authorization(biller, self.client, self.chart.coverage_id, 2, self.today, until)
        biller.post(f"/v1/authorization-requests/{ours['id']}/inquiry")

    # workforce

    def credentials(self) -> None:
        administrator, supervisor = self.of("administrator"), self.of("clinical-supervisor")
        path = f"/v1/clinicians/{self.sown.users['therapist']}"
        self.changed(administrator, path, {"languages": ["en", "es"]})
        path = f"/v1/credentials/{self.ending()}/renewal"
        renewed = {"issued_on": self.today.isoformat(), "expires_on": (self.today + 700 * DAY).isoformat()}
        eventually(lambda: administrator.send("POST", path, renewed, f"renewal-{self.slug}"), 10)
        student = self.sown.users["practicum-student"]
        assigned = self.first(supervisor, "/v1/supervision-assignments", supervisee_id=student)
        supervisor.post(
            f"/v1/supervision-assignments/{assigned['id']}/ending", {"ends_on": (self.today + DAY).isoformat()}
        )

    def ending(self) -> str:
        """A licence that ends in some days: told so as soon as time passes."""
        administrator = self.of("administrator")
        dates = {"issued_on": (self.today - 600 * DAY).isoformat(), "expires_on": (self.today + 20 * DAY).isoformat()}
        place = {"type": "LMSW", "state": self.sown.agency.state, "number": f"SHORT-{self.slug}"}
        made = administrator.post("/v1/credentials", {"clinician_id": self.sown.users["therapist"], **place, **dates})
        administrator.post(f"/v1/credentials/{made['id']}/verification", {"source": "state_board"})
        self.world.gateway.advance("PT1S")
        return str(made["id"])

    def tasks(self) -> None:
        supervisor = self.of("clinical-supervisor")
        task = self.first(supervisor, "/v1/tasks", status="open")
        supervisor.post(f"/v1/tasks/{task['id']}/acknowledgement")
        supervisor.post(f"/v1/tasks/{task['id']}/closure", {"reason": "done"})

    def discharge(self) -> None:
        """Last: the associate drafts, the supervisor signs beside; the client in care stays so until the very end."""
        associate, supervisor = self.of("associate"), self.of("clinical-supervisor")
        goals = [{"objective_id": objective, "outcome": "met"} for objective in self.chart.objectives]
        summary = {
            name: f"Sample {name} of {self.slug}."
            for name in ("services_given", "progress", "aftercare", "participation")
        }
        draft = associate.post(
            "/v1/discharges",
            {
                "episode_id": self.episode,
                "reason_code": "moved",
                "discharged_on": care.local_day(self.world.gateway.now(), self.sown.agency.timezone).isoformat(),
                "risk_level": "none_identified",
                "goals": goals,
                "summary": summary,
            },
        )
        self.changed(associate, f"/v1/discharges/{draft['id']}", {"reason_code": "mutual"})
        associate.post(f"/v1/discharges/{draft['id']}/signature")
        eventually(lambda: supervisor.post(f"/v1/discharges/{draft['id']}/cosignature"), 5)


ACTS = (
    "agency", "accounts", "offers", "looks", "signing_in", "emergencies", "inquiries", "clients", "consents", "own_corner",
    "privacy", "not_admitted", "evaluations", "measures", "risk", "care_team", "assessments", "diagnoses", "plans",
    "returned_plan", "notes", "hours", "directory", "referrals", "authorizations", "credentials", "tasks", "appointments",
    "discharge",
)  # fmt: skip


def all_of(world: Any, slug: str) -> None:
    acts = Acts(world, slug)
    for name in ACTS:
        getattr(acts, name)()
