"""The container files say what the code knows: settings, commands, services. No engine is at hand to run them."""

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml
from typer.main import get_command

from kb.core.setting_list import SETTINGS
from server.commands.main import app

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text()
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}


def test_the_services_of_the_embedded_set_up_are_there() -> None:
    assert {"postgres", "redis", "meilisearch", "web", "worker"} <= set(COMPOSE["services"])
    assert set(OURS) == {"migrate", "web", "worker"}


def test_every_setting_named_is_one_of_ours() -> None:
    known = {setting.name for setting in SETTINGS}
    in_image = set(re.findall(r"([A-Z_]+)=", re.search(r"^ENV .*$", DOCKERFILE, re.MULTILINE)[0]))  # type: ignore[index]

    for name, service in OURS.items():
        assert set(service["environment"]) <= known, name
        assert {"DATABASE_URL", "REDIS_URL", "SECRET_KEY"} <= set(service["environment"]), name
    assert in_image - {"PATH"} <= known


def test_every_command_is_one_of_ours() -> None:
    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    started = re.search(r"^CMD (.*)$", DOCKERFILE, re.MULTILINE)
    assert started is not None

    commands = {name: service["command"] for name, service in OURS.items()}
    assert commands == {
        "migrate": ["answerloop", "migrate"], "web": ["answerloop", "serve"], "worker": ["answerloop", "work"],
    }  # fmt: skip
    assert {command[1] for command in commands.values()} <= known
    assert started[1] == '["answerloop", "serve"]'


def test_addresses_name_services_that_exist() -> None:
    for service in OURS.values():
        for setting in ("DATABASE_URL", "REDIS_URL", "MEILI_URL"):
            host = re.sub(r"\$\{[^}]*\}", "x", service["environment"][setting]).split("//")[1].split("@")[-1]
            assert re.split(r"[:/]", host)[0] in COMPOSE["services"], setting
        assert set(service["depends_on"]) <= set(COMPOSE["services"])


def test_no_secret_is_typed_in() -> None:
    secret = {setting.name for setting in SETTINGS if setting.secret} | {"POSTGRES_PASSWORD", "MEILI_MASTER_KEY"}
    for name, service in COMPOSE["services"].items():
        for setting, value in service.get("environment", {}).items():
            if setting in secret:
                assert str(value).startswith("${"), f"{name}: {setting}"
    assert "${POSTGRES_PASSWORD" in OURS["web"]["environment"]["DATABASE_URL"]


def test_the_image_has_a_python_that_the_project_runs_on_and_sets_up_as_the_readme_does() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    version = re.search(r"^FROM python:(\d+)\.(\d+)", DOCKERFILE, re.MULTILINE)
    assert version is not None

    assert wanted == ">=3.11"
    assert (int(version[1]), int(version[2])) >= (3, 11)
    assert "make setup" in DOCKERFILE
    assert re.search(r"^setup:", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert re.search(r"^USER (?!root)", DOCKERFILE, re.MULTILINE)
