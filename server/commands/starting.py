"""`answerloop up`: everything on this machine, started in order and stopped together."""

import signal
import socket
import sys
import time
from typing import Annotated

import typer

from kb.core.errors import Invalid
from kb.core.logging import set_up_logging
from kb.core.migrating import migrate
from kb.core.settings import Settings
from server.building import prepare_embedded_redis, start_embedded_postgres
from server.commands.children import Children
from server.commands.demo import demo_summary, load_demo_if_empty, wait_for_the_loop
from server.commands.output import print_line, told
from server.commands.surroundings import Data, run_with_database, settings_for

READY_WITHIN_SECONDS = 60


def up(
    demo: Annotated[bool, typer.Option("--demo", help="Load the demo community, if the database is empty.")] = False,
    port: Annotated[int | None, typer.Option(help="Port of the web server; default from PORT.")] = None,
    data: Data = None,
) -> None:
    """Start Postgres, Redis, web and worker on this machine; Ctrl-C stops all of them. What is set by URL is used instead.

    Example: answerloop up --demo --port 8000 --data .data
    """
    began = time.monotonic()
    settings = _with_port(settings_for(data), port)
    set_up_logging("warning")
    for stopping in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: a shell's background job is started with it ignored
        signal.signal(stopping, _as_interrupt)
    settings = _start_postgres(settings)
    settings, redis = _prepare_redis(settings)
    children = Children(_environment(settings))
    try:
        if redis:
            children.start("Redis", redis)
        run_with_database(settings, migrate())
        if demo:
            load_demo_if_empty(settings)
        children.start("web", [sys.executable, "-m", "server.commands.main", "serve"])
        children.start("worker", [sys.executable, "-m", "server.commands.main", "work"])
        if settings["SMTP_LISTEN"] or settings["LMTP_LISTEN"]:
            children.start("mail", [sys.executable, "-m", "server.commands.main", "receive"])
        _wait_until_ready(settings, children)
        print_line(f"\nAnswerloop is at {settings.base_url}  (ready after {time.monotonic() - began:.1f} s)")
        if demo:
            wait_for_the_loop(settings, children)
            print_line(demo_summary(settings))
        print_line("\nCtrl-C stops everything.")
        children.watch()
    except KeyboardInterrupt:
        told.print("\nStopping …")
    finally:
        children.stop()


def _as_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _with_port(settings: Settings, port: int | None) -> Settings:
    number = str(port or settings["PORT"])
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings["HOST"], int(number)))
        except OSError as error:
            raise Invalid(f"Port {number} cannot be used: {error.strerror}.", {"--port": "choose another"}) from error
    default_address = settings["BASE_URL"] == "http://localhost:8000"
    base_url = f"http://localhost:{number}" if default_address else settings["BASE_URL"]
    return settings.replaced(PORT=number, BASE_URL=base_url)


def _start_postgres(settings: Settings) -> Settings:
    if settings["DATABASE_URL"]:
        return settings
    told.print("Starting Postgres …")
    return settings.replaced(DATABASE_URL=start_embedded_postgres(settings.data_dir))


def _prepare_redis(settings: Settings) -> tuple[Settings, tuple[str, ...]]:
    """A Redis of our own unless one is named. The worker gets a name that survives restarts, so its leases are freed at once."""
    settings = settings.replaced(WORKER_NAME=settings["WORKER_NAME"] or "embedded")
    if settings["REDIS_URL"]:
        return settings, ()
    url, command = prepare_embedded_redis(settings.data_dir)
    return settings.replaced(REDIS_URL=url), command


def _environment(settings: Settings) -> dict[str, str]:
    return {name: value for name, value in settings.values.items() if value}


def _wait_until_ready(settings: Settings, children: Children) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        children.restart_the_dead()
        try:
            with socket.create_connection((settings["HOST"], int(settings["PORT"])), timeout=0.2):
                return
        except OSError:
            time.sleep(0.05)
    raise Invalid(f"The web server did not answer within {READY_WITHIN_SECONDS} s; its log is above.")
