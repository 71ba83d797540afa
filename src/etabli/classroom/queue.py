"""The queue: Procrastinate on the room's PostgreSQL. Nothing else of Établi knows which queue it is."""

from __future__ import annotations

import threading

import procrastinate
from procrastinate import exceptions, jobs
from procrastinate.schema import SchemaManager
from sqlalchemy import Engine, text

from etabli.classroom.jobs import Job

SPACES, VERIFICATIONS, GRADINGS = "espaces", "verifications", "corrections"
QUEUES = {Job.VERIFY: VERIFICATIONS, Job.GRADE: GRADINGS, Job.BIND: VERIFICATIONS}
"""Which queue a job waits in; workspaces are opened beside what is examined, never behind it."""
_MAKING = 18
"""The database's own lock of who makes the queue's tables."""


class Queue:
    """The way to the worker, for who only asks.

    Args:
        address: Of PostgreSQL.
    """

    def __init__(self, address: str) -> None:
        self._app = procrastinate.App(
            connector=procrastinate.SyncPsycopgConnector(conninfo=address.replace("+psycopg", "", 1))
        )
        self._opened = False
        self._lock = threading.Lock()

    def ask(self, job: Job, about: str | int) -> bool:
        """Asks for a job; returns False when the same one already waits."""
        self._open()
        key = f"{job}-{about}"
        deferrer = self._app.configure_task(job.value, queue=queue_of(job), queueing_lock=key, lock=lock_of(job, about))
        try:
            deferrer.defer(about=about)
        except exceptions.AlreadyEnqueued:
            return False
        return True

    def under_way(self, job: Job) -> set[str]:
        """Returns what waits or is being done, or was when its worker died, of a kind of jobs: what each is about."""
        self._open()
        found = self._app.job_manager.list_jobs(task=job.value)  # one look: none is missed between its two states
        alive = (one for one in found if one.status in (jobs.Status.TODO.value, jobs.Status.DOING.value))
        return {str(one.task_kwargs.get("about")) for one in alive}

    def _open(self) -> None:
        with self._lock:
            if not self._opened:
                self._app.open()
                self._opened = True


def prepare_queue(engine: Engine) -> None:
    """Makes the queue's own tables if they are missing; before those of the room, whose grants then cover them."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MAKING})
        if connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is None:
            connection.connection.cursor().execute(SchemaManager.get_schema())


def queue_of(job: Job) -> str:
    """Returns the queue of a job."""
    return QUEUES.get(job, SPACES)


def lock_of(job: Job, about: str | int) -> str:
    """Returns what two jobs may not do at the same time: a workspace is opened and stopped one after the other."""
    return f"{queue_of(job)}-{about}"
