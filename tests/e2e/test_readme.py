"""The conversation in the README is held with a running platform, as it stands there."""

import json
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def blocks():
    return re.findall(r"```bash\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)


def said(platform, block):
    script = block.replace("localhost:8080", f"127.0.0.1:{platform.port}")
    ran = subprocess.run(["bash", "-euc", script], env=platform.environment, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def answers(text):
    decoder, found, rest = json.JSONDecoder(), [], text.strip()
    while rest:
        value, end = decoder.raw_decode(rest)
        found.append(value)
        rest = rest[end:].strip()
    return found


def test_a_danger_flag_is_emergent_at_once(platform):
    (answer,) = answers(said(platform, blocks()[0]))
    assert answer["status"] == "triaged", answer
    assert "988" in answer["emergency_text"]


def test_rules_can_be_tried_before_anything_is_recorded(platform):
    score, code = answers(said(platform, blocks()[1]))
    assert score["total"] == 3
    assert score["item_alert"] is True
    assert "90834" in json.dumps(code)


def test_a_person_is_invited(platform):
    client, invitation = answers(said(platform, blocks()[2]))
    assert client["kind"] == "staff-console"
    assert "/oauth/invitations/" in invitation["link"]


def test_an_agency_is_opened(platform):
    shown = said(platform, blocks()[3])
    assert f"{platform.url}/oauth/invitations/" in shown
    assert "Fir Sample Care" in shown
