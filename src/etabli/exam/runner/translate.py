"""The boundary where other libraries' exceptions become the candidate's failure, or stay our error.

A function returns the failure that the candidate's side caused, or None: the exception then stays what it
is and the check becomes an ``error``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests
from sqlalchemy import exc as sa
from urllib3 import exceptions as u3

from etabli.exam.contract.causes import Cause, failed
from etabli.exam.contract.check import Failed

# -- the browser

_NET = {
    Cause.SILENT: ("CONNECTION_REFUSED", "ADDRESS_UNREACHABLE", "CONNECTION_FAILED", "INTERNET_DISCONNECTED"),
    Cause.CUT: (
        *("CONNECTION_RESET", "CONNECTION_CLOSED", "CONNECTION_ABORTED", "EMPTY_RESPONSE"),
        *("INCOMPLETE_CHUNKED_ENCODING", "CONTENT_LENGTH_MISMATCH"),
    ),
    Cause.SLOW: ("CONNECTION_TIMED_OUT", "TIMED_OUT"),
    Cause.LOOP: ("TOO_MANY_REDIRECTS",),
    Cause.ELSEWHERE: (
        *("BLOCKED_BY_ADMINISTRATOR", "BLOCKED_BY_CLIENT", "NAME_NOT_RESOLVED", "UNKNOWN_URL_SCHEME"),
        *("UNSAFE_PORT", "UNSAFE_REDIRECT", "DISALLOWED_URL_SCHEME", "INVALID_URL", "ACCESS_DENIED"),
        *("SSL_PROTOCOL_ERROR", "FILE_NOT_FOUND", "INVALID_REDIRECT"),
    ),
    Cause.NO_PAGE: ("ABORTED", "HTTP_RESPONSE_CODE_FAILURE"),
}
_BY_NET = {f"ERR_{code}": cause for cause, codes in _NET.items() for code in codes}
_NET_CODE = re.compile(r"ERR_[A-Z_]+")
FATAL = frozenset({Cause.CRASHED, Cause.WINDOW_CLOSED})
"""After these the browser session is of no more use."""


def net_cause(code: str) -> Cause:
    """Returns the cause behind a code of the browser's network, such as ``net::ERR_EMPTY_RESPONSE``.

    Without a code the address answers now: it had cut the connection.
    """
    found = _NET_CODE.search(code.upper())
    return _BY_NET.get(found.group(0), Cause.BROKEN_ANSWER) if found else Cause.CUT


# -- plain HTTP

_BROKEN = (
    *(requests.exceptions.ContentDecodingError, requests.exceptions.InvalidHeader),
    *(u3.DecodeError, u3.InvalidHeader, u3.HeaderParsingError, u3.ResponseError, u3.BodyNotHttplibCompatible),
)
"""What both libraries say of an answer: each has its own exceptions, of the same names."""


def http_cause(error: requests.RequestException | u3.HTTPError | UnicodeError) -> Cause | None:
    """Returns what the candidate's server did to a request, None when it cannot be the server."""
    text = repr(error)
    if isinstance(error, requests.TooManyRedirects):
        return Cause.LOOP
    if isinstance(error, requests.Timeout | u3.TimeoutError) or "timed out" in text:
        return Cause.SLOW
    if isinstance(error, UnicodeError | requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return Cause.BROKEN_ANSWER
    if "NewConnectionError" in text or "Connection refused" in text or "No route to host" in text:
        return Cause.SILENT
    if any(mark in text for mark in ("BadStatusLine", "LineTooLong", "HeaderParsing", "InvalidChunk", "got more than")):
        return Cause.BROKEN_ANSWER
    if isinstance(error, _BROKEN):
        return Cause.BROKEN_ANSWER
    cut = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError, u3.ProtocolError, u3.IncompleteRead)
    return Cause.CUT if isinstance(error, cut) else None


# -- SQL

_BASE = re.compile(r"[`']?\b[cr]_\w+[`']?\.(?=[`'\w])")
_LOCKS = frozenset({1205, 1213, 3024, 1969})
_FULL = frozenset({5, 20, 1021, 1037, 1038, 1041, 1114})
_CROWDED = 1040
"""The account has a limit far below the server's own: only connections that never say their name reach that one."""
_NO_SPACE = "No space left on device"
TOO_MUCH = "more rows than are read"
_LOST, _LEFT = 2013, {"timed out": Cause.SLOW_BASE, TOO_MUCH: Cause.HUGE_BASE}
"""What we give up waiting for, or reading: by its number alone, it may also be the server that is gone."""
_OURS = frozenset({1044, 1045, 1064, 1227, 2002, 2003, 2006, 2013, 2014, 1053, 1927})
"""Our rights, our syntax, our server: never the candidate's doing."""


def sql_cause(error: sa.SQLAlchemyError, answers: Callable[[], bool] = bool) -> Cause | None:
    """Returns what the candidate's structure, locks or hunger did to our statement, None when it is our doing.

    The server is the candidate's alone, and what we ask of it is small.

    Args:
        error: What was raised.
        answers: Whether the server answers at once to whoever asks anew: it is then our statement that took so long, or
            gives so much.
    """
    arguments: tuple[object, ...] = getattr(getattr(error, "orig", None), "args", ())
    code = arguments[0] if arguments and isinstance(arguments[0], int) else None
    if code in _LOCKS:
        return Cause.LOCKED
    if code == _CROWDED:
        return Cause.CROWDED
    if code in _FULL or any(_NO_SPACE in str(said) for said in arguments):
        return Cause.DATABASE_FULL
    left = next((cause for said, cause in _LEFT.items() if said in str(arguments[1:])), None)
    if code == _LOST and left and answers():
        return left
    return None if code is None or code in _OURS else Cause.DATABASE


# -- around a call


@contextmanager
def from_http(what: str) -> Iterator[None]:
    """Within the block, what the candidate's server causes is `Failed`."""
    try:
        yield
    except (requests.RequestException, u3.HTTPError, UnicodeError) as error:
        raise _failure(http_cause(error), what, error) from error


@contextmanager
def from_sql(what: str, answers: Callable[[], bool] = bool) -> Iterator[None]:
    """Within the block, what the candidate's structure causes is `Failed`; see `sql_cause`."""
    try:
        yield
    except sa.SQLAlchemyError as error:
        detail: tuple[object, ...] = getattr(getattr(error, "orig", None), "args", ())
        cause = sql_cause(error, answers)
        told = len(detail) > 1 and detail[0] != _LOST  # of a server that is left, our driver speaks
        said = f"{what} : {_BASE.sub('', str(detail[1]))}" if told else what
        raise _failure(cause, said, error) from error


def _failure(cause: Cause | None, what: str, error: Exception) -> Failed | Exception:
    return failed(cause, what) if cause else error
