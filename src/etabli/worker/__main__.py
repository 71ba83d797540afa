"""``python3 -m etabli.worker``: a room's worker. It may be killed at any moment, and a second one may run beside it."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import procrastinate

from etabli.classroom.place import Place
from etabli.classroom.queue import GRADINGS, SPACES, VERIFICATIONS, Queue, prepare_queue
from etabli.classroom.settings import read_settings
from etabli.classroom.state import Classroom, connect, prepare
from etabli.sandbox import kept
from etabli.worker.duty import Duty, log
from etabli.worker.housekeeping import BEAT_S, SILENT_S, keep_house
from etabli.worker.stream import serve_stream
from etabli.worker.tasks import application

SPACES_AT_ONCE = 4
_END_S = 15.0
"""What is under way has so long to end; the rest is taken up by the next worker, as after a kill."""
_PAUSE_S = 1.0
_THREADS = 64


def main() -> None:
    """Works until it is told to end."""
    parser = argparse.ArgumentParser(prog="etabli.worker")
    parser.add_argument("--base", required=True, help="adresse de PostgreSQL")
    parser.add_argument("--dossier", required=True, type=Path, help="dossier de la salle")
    parser.add_argument("--postes", type=int, default=os.cpu_count() or 1, help="vérifications à la fois")
    parser.add_argument("--sans-flux", action="store_true", help="ne sert ni terminaux ni journaux")
    told = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # a database that restarts is told once, by us
    place = Place(told.dossier.resolve())
    os.environ.setdefault("ETABLI_CLASSES", str(place.classes))
    os.environ.setdefault("ETABLI_HOME", str(place.home))
    settings = read_settings(place.folder)
    os.environ["ETABLI_NOM_SALLE"] = settings.hosts.name  # workspaces answer to the room's names too
    room = Classroom(connect(told.base), place, settings.hosts, settings.zone, limits=settings.limites)
    prepare_queue(room.engine)
    prepare(room.engine)
    duty = Duty(room, Queue(told.base), max(told.postes, 1))
    asyncio.run(_work(told.base, duty, stream=not told.sans_flux))


async def _work(address: str, duty: Duty, *, stream: bool) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(_THREADS, "job"))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, duty.stopping.set)
    connector = procrastinate.PsycopgConnector(conninfo=address, min_size=2, max_size=12)
    app = application(connector, duty)
    async with app.open_async():
        at_once = {SPACES: SPACES_AT_ONCE, VERIFICATIONS: duty.lanes, GRADINGS: 1}
        lines = [asyncio.create_task(_line(app, duty, queue, number)) for queue, number in at_once.items()]
        lines.append(asyncio.create_task(keep_house(app, duty)))
        if stream:
            lines.append(asyncio.create_task(serve_stream(duty)))
        while not duty.stopping.is_set():
            await asyncio.sleep(0.2)
        for line in lines:
            line.cancel()
        _done, left = await asyncio.wait(lines, timeout=_END_S)
        await asyncio.to_thread(kept.end_all)  # they would outlive the container, until somebody looks
    if left:
        os._exit(0)  # its jobs go back to the queue by themselves


async def _line(app: procrastinate.App, duty: Duty, queue: str, at_once: int) -> None:
    """Does the jobs of a queue; a database that restarts is waited for."""
    while not duty.stopping.is_set():
        try:
            await app.run_worker_async(
                queues=[queue],
                name=queue,
                concurrency=at_once,
                install_signal_handlers=False,
                update_heartbeat_interval=BEAT_S,
                stalled_worker_timeout=SILENT_S,
                delete_jobs="successful",
            )
        except Exception as problem:
            log.warning("file « %s » : %s", queue, problem)
        await asyncio.sleep(_PAUSE_S)


if __name__ == "__main__":
    main()
