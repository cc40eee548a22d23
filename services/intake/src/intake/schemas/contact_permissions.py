"""How a person may be reached."""

from shared.schemas import In

from intake.fields import ShortText


class ContactPermission(In):
    """What the person allows. Without permission no one leaves a message that names the agency."""

    ok_to_call: bool
    ok_to_leave_voicemail: bool = False
    ok_to_text: bool = False
    safe_hours: ShortText | None = None
