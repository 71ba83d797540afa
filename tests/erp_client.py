"""What tests say to a running Tryton: log in, call a model, fetch a page."""

from __future__ import annotations

import base64
import http.client
import json
import time
from typing import Any

DATABASE = "entreprise"


class Refused(Exception):
    """Tryton said no; the message is what it said."""


class Tryton:
    """A session of one person on 127.0.0.1."""

    def __init__(self, port: int, login: str, password: str, *, patience: float = 120.0) -> None:
        """Logs in, once the server answers.

        Raises:
            Refused: The login or the password is wrong.
        """
        self.port, self._login, self._headers = port, login, {"Content-Type": "application/json"}
        self._words = [login, {"password": password}, "fr"]
        self._wait(patience)
        self.user, session, _bus = self._call(f"/{DATABASE}/rpc/", "common.db.login", *self._words)
        token = base64.b64encode(f"{login}:{self.user}:{session}".encode()).decode()
        self._headers["Authorization"] = f"Session {token}"
        self.context = self._call(f"/{DATABASE}/rpc/", "model.res.user.get_preferences", True, {})

    def model(self, name: str, method: str, *arguments: Any) -> Any:
        """Calls a method of a model; raises Refused with what Tryton says."""
        return self._call(f"/{DATABASE}/rpc/", f"model.{name}.{method}", *arguments, self.context)

    def get(self, path: str) -> str:
        """Fetches a page or a file."""
        status, _headers, body = self._ask("GET", path, None)
        assert status == 200, (path, status)
        return body.decode("utf-8", "replace")

    def cookie(self) -> str:
        """Logs in as the web client does and returns the cookie that it is given."""
        asked = {"id": 0, "method": "common.db.login", "params": self._words}
        _status, headers, _body = self._ask("POST", f"/{DATABASE}/session/login", asked)
        return headers["Set-Cookie"]

    def _call(self, path: str, method: str, *arguments: Any) -> Any:
        status, _headers, body = self._ask("POST", path, {"id": 0, "method": method, "params": list(arguments)})
        if status != 200:
            raise Refused(f"HTTP {status}")
        answer = json.loads(body)
        if "error" in answer:
            raise Refused(str(answer["error"]))
        return answer["result"]

    def _ask(self, verb: str, path: str, asked: object) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(verb, path, json.dumps(asked) if asked is not None else None, self._headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def _wait(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        while True:
            try:
                self._ask("GET", "/", None)
                return
            except (OSError, http.client.HTTPException):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
