"""`python -m local up`: start, deploy, fill the market the first time, say what is there."""

import time
from dataclasses import asdict

from rich.markup import escape

from local.access.credentials import made_credentials
from local.cli.console import Progress, emit, progress
from local.cli.market_summary import lines_of_summary, mailbox_address, summary_of
from local.deployer.deploy import deploy
from local.deployer.product import product
from local.deployer.secrets import RealKeys
from local.first_admin import ensure_admin
from local.first_run import Filling, FirstRun
from local.market_data import MarketData
from local.ports import Ports, url
from local.state import StateDir
from local.supervisor import Supervisor, exclusive
from local.workflows import Workflows


def up(ports: Ports, state: StateDir, keys: RealKeys, *, fill: bool, as_json: bool) -> bool:
    """False if the first run did not reach what it wants; the system runs all the same."""
    started = time.monotonic()
    with exclusive(state), progress("Starting") as shown:
        ports = ports.opened_with(made_credentials(state))
        anew = Supervisor(ports, state).start(keys, shown.say)
        shown.done(f"{'Started' if anew else 'Running'}: {url(ports.front_door)} ({time.monotonic() - started:.1f} s)")
        changed = deploy(product(), ports, state, keys, shown.say)
        shown.done(
            f"{'Deployed' if changed else 'Deployed before, nothing changed'} ({time.monotonic() - started:.1f} s)"
        )
        filling = _fill(ports, state, shown) if fill else None
        admin = ensure_admin(ports, state)
    summary = {**summary_of(ports, filling), "admin": asdict(admin), "mailbox": mailbox_address(ports)}
    if as_json:
        emit(summary)
    else:
        print("\n".join(lines_of_summary(summary)))
    return filling is None or filling.complete


def _fill(ports: Ports, state: StateDir, shown: Progress) -> Filling | None:
    """Once in the life of a state directory; what was interrupted is taken up again."""
    record = state.root / "first-run.json"
    if FirstRun.is_complete(record):
        return None
    started = time.monotonic()
    filling = FirstRun(Workflows(ports), MarketData(ports), record, shown.say).fill()
    shown.done(
        f"{filling.scans} scans of {filling.posts} posts, {len(filling.builds)} builds "
        f"({time.monotonic() - started:.1f} s)"
    )
    for problem in filling.problems:
        shown.note(escape(problem))
    return filling
