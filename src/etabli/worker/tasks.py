"""The jobs, as the queue calls them: each may be called twice, and finds then what the first call did."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import procrastinate
from procrastinate.connector import BaseAsyncConnector
from procrastinate.jobs import Job as Called
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from etabli.classroom.jobs import Job
from etabli.worker.binding import bind
from etabli.worker.duty import Duty, unfinished
from etabli.worker.grading_class import grade
from etabli.worker.spaces import forget, open_space, prepare, stop_space
from etabli.worker.verifying import verify
from etabli.workspace.running import stop

ACTS: Mapping[Job, Callable[[Duty, str], None]] = {
    Job.OPEN: open_space,
    Job.RESTART: lambda duty, token: open_space(duty, token, again=stop),
    Job.RENEW: lambda duty, token: open_space(duty, token, again=forget),
    Job.STOP: stop_space,
    Job.PREPARE: lambda duty, about: prepare(duty, int(about)),
    Job.VERIFY: lambda duty, about: verify(duty, int(about)),
    Job.GRADE: lambda duty, about: grade(duty, int(about)),
    Job.BIND: lambda duty, about: bind(duty, int(about)),
}
_AGAIN_S = 1


class Again(BaseRetryStrategy):
    """What a worker that ends, or a database that restarts, left undone goes back to the queue."""

    def get_retry_decision(self, *, exception: BaseException, job: Called) -> RetryDecision | None:
        """Returns when to do a job again; nothing when it failed by itself."""
        return RetryDecision(retry_in={"seconds": _AGAIN_S}) if unfinished(exception) else None


def application(connector: BaseAsyncConnector, duty: Duty) -> procrastinate.App:
    """Returns the queue's application, with all jobs."""
    app = procrastinate.App(connector=connector)
    for job, act in ACTS.items():
        app.task(name=job.value, retry=Again())(_called(duty, act))
    return app


def _called(duty: Duty, act: Callable[[Duty, str], None]) -> Callable[[str | int], None]:
    def call(about: str | int) -> None:
        act(duty, str(about))

    return call
