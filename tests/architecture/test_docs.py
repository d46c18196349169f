"""What the documents list is what the code has."""

import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from jobs.schedule import SCHEDULE
from kb.core.permissions import Permission
from kb.core.policy import ROLE_PERMISSIONS, Role
from kb.core.setting_list import SETTINGS
from kb.hooks.kinds import NEEDS_STAFF
from server.commands.main import app

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (ROOT / "OPERATIONS.md").read_text()
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()
ROLES = (Role.ANONYMOUS, Role.MEMBER, Role.AGENT, Role.PRODUCT_MANAGER, Role.MODERATOR, Role.ADMIN)


def rows(text: str, first_heading: str) -> list[list[str]]:
    """The cells of the table whose first heading this is."""
    lines = text.split(f"| {first_heading} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def commands() -> set[str]:
    found = set()
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found |= {f"answerloop {name} {sub}" for sub in inner} if inner else {f"answerloop {name}"}
    return found


def test_every_setting_is_documented_with_its_default() -> None:
    listed = {row[0].strip("`"): row[1].strip("`") for row in rows(OPERATIONS, "setting")}

    assert listed == {s.name: s.default or "empty" for s in SETTINGS}


def test_every_job_is_documented_with_how_often_it_runs() -> None:
    words = {5: "5 s", 30: "30 s", 60: "1 min", 300: "5 min", 600: "10 min", 3600: "1 h", 86400: "1 day"}
    listed = {row[0].strip("`"): row[1] for row in rows(OPERATIONS, "job")}

    assert listed == {"sweep_outbox": "5 s", **{job.name: words[job.every] for job in SCHEDULE}}


def test_every_command_is_documented() -> None:
    assert {row[0].strip("`") for row in rows(OPERATIONS, "command")} == commands()


def test_the_table_of_permissions_is_the_policy() -> None:
    listed = {row[0].strip("`"): [cell == "yes" for cell in row[1:]] for row in rows(OPERATIONS, "permission")}

    assert listed == {p.value: [p in ROLE_PERMISSIONS[role] for role in ROLES] for p in Permission}


def test_every_event_that_webhooks_are_told_is_documented_with_whose_eyes_it_needs() -> None:
    listed = {row[0].strip("`"): row[1] == "staff" for row in rows(OPERATIONS, "event")}

    assert listed == dict(NEEDS_STAFF)


def test_every_dependency_has_its_reason_and_its_pin() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [re.split(r"[=<>\[ ;]", name)[0] for name in project["dependencies"]]
    pinned = {
        line.split("==")[0].lower() for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line
    }

    assert [name for name in named if not re.search(rf"\b{re.escape(name)}\b", ARCHITECTURE)] == []
    assert [name for name in named if name.lower() not in pinned] == []
    assert "torch==2.13.0" in project["dependencies"]


def test_the_import_contract_names_every_room() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["name"].startswith("Rooms of kb"))
    named = {room.strip() for layer in layers for room in layer.split("|")}

    rooms = {path.name for path in (ROOT / "kb").iterdir() if (path / "__init__.py").is_file()}
    assert rooms - {"migrations"} == named


@pytest.mark.parametrize("folder", ["frontend", "frontend/widget", "docker", "server", "jobs"])
def test_the_big_rooms_say_what_they_own(folder: str) -> None:
    assert len((ROOT / folder / "README.md").read_text()) > 300


def test_each_room_of_kb_says_what_it_owns() -> None:
    rooms = [path for path in (ROOT / "kb").iterdir() if (path / "__init__.py").is_file()]
    assert [room.name for room in rooms if not (room / "README.md").is_file()] == []
