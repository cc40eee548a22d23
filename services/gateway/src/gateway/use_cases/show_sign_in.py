from gateway.pages import Reply
from gateway.use_cases.admit_authorization import Admitted


def show_sign_in(admitted: Admitted, *, status: int = 200, problem: str = "", retry_after: int = 0) -> Reply:
    """The page that asks for user name and password. It never says which of the two was wrong."""
    values = {"agency": admitted.agency.name, "app": admitted.app_name, "problem": problem}
    return Reply("sign_in", values, status, leads_to=admitted.leads_to, retry_after=retry_after)
