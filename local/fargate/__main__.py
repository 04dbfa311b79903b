"""`python -m local.fargate --port PORT --state-dir DIR --registry URL`: ECS with Fargate, on this machine, for agents
only."""

import argparse
import asyncio
import logging
import os
import sys
from pathlib import Path

import uvicorn

from local.access.credentials import basic, made_credentials
from local.access.doors import signed_gate
from local.fargate.ecs_api import Ecs
from local.fargate.images import Images
from local.fargate.isolation import check
from local.fargate.places import FolderUnusable, readable_folder
from local.fargate.records import Records
from local.fargate.server import Server
from local.fargate.task_host import TaskHost
from local.state import StateDir

CLUSTER = "mam-agents"
REPOSITORY = "mam-agents"
BASE_LOOK_SECONDS = 2.0


def main() -> None:
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        asyncio.run(_serve(options))
    except FolderUnusable as wrong:
        sys.exit(str(wrong))


async def _serve(options: argparse.Namespace) -> None:
    isolation = check()
    if not isolation.holds:
        logging.error("agents will not run: %s. %s", isolation.problem, isolation.fix)
    folder = readable_folder(options.state_dir / "sandbox")
    host = TaskHost(isolation, folder, options.state_dir / "logs" / "tasks", keep=options.prewarm)
    credentials = made_credentials(StateDir(options.state_dir.resolve()))
    images = Images(options.registry, folder, basic(("AWS", credentials.registry_password)))
    records = Records(options.state_dir / "sandbox" / "ecs.json", options.cluster)
    ecs = Ecs(records, images, host, isolation, options.start_seconds)
    server = uvicorn.Server(
        uvicorn.Config(
            signed_gate(Server(ecs, host, isolation), options.port, credentials),
            host="127.0.0.1",
            port=options.port,
            lifespan="off",
            log_level="warning",
            ws="none",
        )
    )
    preparing = (
        asyncio.create_task(_prepare(images, host, options.repository)) if isolation.holds and options.prewarm else None
    )
    try:
        await server.serve()
    finally:
        if preparing is not None:
            preparing.cancel()
        ecs.close()


async def _prepare(images: Images, host: TaskHost, repository: str) -> None:
    """Sandboxes are made ready as soon as the registry has the base image, before the first agent asks for one."""
    while (base := await asyncio.to_thread(images.base_of_tag, repository, "base")) is None:
        await asyncio.sleep(BASE_LOOK_SECONDS)
    host.prepare(base)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.fargate", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--registry", required=True, help="URL of the local registry")
    parser.add_argument("--cluster", default=CLUSTER)
    parser.add_argument("--repository", default=REPOSITORY, help="where sandboxes are prepared from: its image `base`")
    parser.add_argument("--prewarm", type=int, default=int(os.environ.get("MAM_PREWARM", "2")))
    parser.add_argument(
        "--start-seconds",
        type=float,
        default=float(os.environ.get("MAM_TASK_START_SECONDS", "0")),
        help="how long a task stays PENDING; Fargate takes 30 to 60",
    )
    return parser.parse_args()


main()
