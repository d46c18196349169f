"""The demo community, as `up --demo` shows it to a newcomer."""

import time

from kb.core.actor import SYSTEM
from kb.core.outbox import count_waiting
from kb.core.settings import Settings
from kb.demo.loading import DEMO_PASSWORD, DEMO_SIGN_INS, finish_demo, is_empty, load_demo
from kb.insights.loop import read_loop
from kb.insights.running import run_loop_once
from kb.product.triage import list_top_pain_points
from server.commands.children import Children
from server.commands.output import progress_bar, told
from server.commands.surroundings import run_with_database

LOOP_WITHIN_SECONDS = 180


def load_demo_if_empty(settings: Settings) -> None:
    """Load the demo community once; a database that holds anything is left as it is."""
    if run_with_database(settings, is_empty()):
        told.print("Loading the demo community …")
        run_with_database(settings, load_demo())


def wait_for_the_loop(settings: Settings, children: Children) -> None:
    """Wait until the worker has clustered, detected and linked what was loaded, then weigh it once."""
    deadline = time.monotonic() + LOOP_WITHIN_SECONDS
    first = waiting = run_with_database(settings, count_waiting())
    if not first:
        return
    with progress_bar() as bar:
        task = bar.add_task("Running the loop over the demo", total=first)
        while waiting and time.monotonic() < deadline:
            time.sleep(0.5)
            children.restart_the_dead()
            waiting = run_with_database(settings, count_waiting())
            first = max(first, waiting)
            bar.update(task, completed=first - waiting, total=first)
    run_with_database(settings, finish_demo())
    run_with_database(settings, run_loop_once(label_people=settings.label_people))


def demo_summary(settings: Settings) -> str:
    """Log-ins, and what the loop found."""
    loop = run_with_database(settings, read_loop(SYSTEM))
    worst = run_with_database(settings, list_top_pain_points(SYSTEM, limit=5))
    lines = ["", f"Sign in as (password {DEMO_PASSWORD}):"]
    lines += [f"  {sign_in.role:<16} {sign_in.email:<34} {sign_in.shows}" for sign_in in DEMO_SIGN_INS]
    lines += [
        "",
        f"The loop found {loop.questions} questions in {loop.clusters} clusters; {loop.people_hurt} people hurt.",
    ]
    lines += ["Top pain points:"]
    lines += [f"  {point.person_count:>3} people  {point.label}  ({point.lane_name})" for point in worst]
    return "\n".join(lines)
