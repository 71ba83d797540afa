"""Is the application there yet? Asked once per exam, with a deadline."""

from __future__ import annotations

import errno
import socket
import time

from etabli.exam.contract.causes import Cause, failed
from etabli.exam.runner.request import ExamRequest

_GONE = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH})
GONE_AFTER = 6.0
"""Seconds of « no such host » after which the container is taken for dead."""


class Readiness:
    """Waits until the application listens, and remembers the answer."""

    def __init__(self, request: ExamRequest, *, pause: float = 0.02) -> None:
        self._request = request
        self._pause = pause
        self._answer: bool | None = None

    def require(self) -> None:
        """Waits for the application.

        Raises:
            Failed: It never listened.
        """
        if self._answer is None:
            self._answer = self._poll()
        if not self._answer:
            raise failed(Cause.SILENT)

    def _poll(self) -> bool:
        start = time.monotonic()
        while time.monotonic() - start < self._request.ready_timeout:
            try:
                with socket.create_connection((self._request.address, self._request.port), timeout=1.0):
                    return True
            except OSError as error:
                if error.errno in _GONE and time.monotonic() - start > GONE_AFTER:
                    return False
            time.sleep(self._pause)
        return False
