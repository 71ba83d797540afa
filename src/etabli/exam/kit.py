"""The tools of one exam, made at first use and cleaned between checks."""

from __future__ import annotations

import json
from functools import cached_property

from etabli.exam.contract import places
from etabli.exam.contract.blot import Blot
from etabli.exam.contract.check import Failed
from etabli.exam.contract.french import grouped
from etabli.exam.contract.masks import masked
from etabli.exam.contract.places import Cells, Line, beginning
from etabli.exam.contract.values import Response
from etabli.exam.contract.words import cut
from etabli.exam.runner.channel import Channel
from etabli.exam.runner.office import Office
from etabli.exam.runner.ready import Readiness
from etabli.exam.runner.recorder import Recorder
from etabli.exam.runner.request import ExamRequest
from etabli.exam.tools.asked import AskedFiles
from etabli.exam.tools.bench import Bench
from etabli.exam.tools.browser import Browser
from etabli.exam.tools.db import Database
from etabli.exam.tools.documents import Documents
from etabli.exam.tools.draws import Draws
from etabli.exam.tools.files import Files
from etabli.exam.tools.http import Http
from etabli.exam.tools.journal import Journal
from etabli.exam.tools.nu import Nu
from etabli.exam.tools.page import SitePage
from etabli.exam.tools.relay import Relay
from etabli.exam.tools.workbook import Workbook

_RESPONSE = 2048
_AROUND = 500
"""Characters that are kept before what an answer has to show, where it is far from its beginning."""


class Kit:
    """Everything that fixtures hand out.

    Args:
        request: The exam.
        channel: The way out.
    """

    def __init__(self, request: ExamRequest, channel: Channel) -> None:
        self.request = request
        self.blot = Blot(request.hidden)
        self.recorder = Recorder(channel, self.blot)
        self._channel = channel
        self.browser = Browser(request)
        self.readiness = Readiness(request)
        self.http: Http | None = None
        self.page: SitePage | None = None

    def new_page(self) -> SitePage:
        """The visitor of the running check.

        Raises:
            LookupError: This lab serves no application.
        """
        self._serves()
        return self.new_leaf()

    def new_leaf(self) -> SitePage:
        """The browser of the running check, for a page that was handed in as a file: see `SitePage.put`."""
        self.browser.wait()
        self.page = self.page or SitePage(
            self.browser, self._http(self.browser.relay), self.readiness, self.recorder, self.request.origin
        )
        return self.page

    def _http(self, relay: Relay | None = None) -> Http:
        return Http(self.request, self.browser.own_headers, self.readiness, self.recorder, relay=relay)

    def new_http(self) -> Http:
        """The client of the running check.

        Raises:
            LookupError: This lab serves no application.
        """
        self._serves()
        self.http = self.http or self._http()
        return self.http

    @cached_property
    def db(self) -> Database:
        """The candidate's database.

        Raises:
            LookupError: This lab has none.
        """
        if self.request.database is None:
            raise LookupError("the request names no database")
        return Database(self.request.database, self.recorder)

    @cached_property
    def files(self) -> Files:
        """The submission."""
        return Files(self.request.submission, self.recorder, repaired=self.request.repaired)

    @cached_property
    def draws(self) -> Draws:
        """What this exam draws."""
        return Draws(self.request.nonce)

    @cached_property
    def documents(self) -> Documents:
        """The submission's documents."""
        return Documents(
            self.request.submission, self.recorder, compute=lambda path: self._recomputing.recomputed(path)
        )

    @cached_property
    def _recomputing(self) -> Workbook:
        """Computes tables that have formulas; it shows nothing of them, for a picture has no blots."""
        return Workbook(self.documents, self.recorder, self._office)

    @cached_property
    def workbook(self) -> Workbook:
        """The submission's workbooks."""
        return Workbook(self.documents, self.recorder, self._office)

    @cached_property
    def _office(self) -> Office:
        """The office of both: it serves one connection at a time."""
        return Office()

    @cached_property
    def asked(self) -> AskedFiles:
        """What the lab asked to be handed in."""
        return AskedFiles(self.request.asked, self.files.paths())

    @cached_property
    def bench(self) -> Bench:
        """The bench.

        Raises:
            LookupError: This lab has none.
        """
        if self.request.bench is None:
            raise LookupError("lab.yaml describes no bench")
        return Bench(self.request.bench, self._channel, self.recorder)

    @cached_property
    def journal(self) -> Journal:
        """The application's journal."""
        return Journal(self.request.journal, self._channel, self.recorder)

    def start(self) -> None:
        """Lets the browser start meanwhile, when there is something to visit."""
        if self.request.served:
            self.browser.start()

    def _serves(self) -> None:
        if not self.request.served:
            raise LookupError("this lab serves no application")

    @cached_property
    def nu(self) -> Nu:
        """The HTML checker."""
        return Nu(self.recorder)

    def clean(self) -> None:
        """The same state before each check: database, browser, cookies."""
        if self.http is not None:
            self.http.close()
        self.http = self.page = None
        self.browser.clean()
        if self.request.database is not None:
            self.db.restore()

    def witness(self, failure: Failed | None = None) -> None:
        """Keeps the place that a failure names, then what the check last saw."""
        place = failure.at if failure else None
        if isinstance(place, Cells):
            (self.workbook if "workbook" in self.__dict__ else self.documents).show(place)
        elif isinstance(place, Line):
            self.files.show(place)
        if self.page is not None and not isinstance(place, places.Answer | places.Rows):
            self.page.witness(failure.observed if failure and isinstance(place, places.Page) else "")
        answer = self.recorder.last.get("http")
        if isinstance(answer, Response) and not isinstance(place, places.Rows):
            self._keep(answer)
        if self.request.database is not None:
            self.db.witness()

    def _keep(self, answer: Response) -> None:
        head = {"status": answer.status, "url": answer.url, "type": answer.media}
        whole, looked = masked(answer.readable), self.recorder.last.get("around")
        start = whole.find(looked[1]) if isinstance(looked, tuple) and looked[0] is answer and looked[1] else -1
        part, said = cut(whole, _RESPONSE), beginning(len(whole), _RESPONSE)
        if start > _RESPONSE - _AROUND:
            first = max(whole.rfind("\n", 0, start - _AROUND) + 1, start - 2 * _AROUND)
            part = f"…\n{cut(whole[first:], _RESPONSE)}"
            said = f" (extrait, sur {grouped(len(whole))} caractères)"
        text = f"{json.dumps(head, ensure_ascii=False)}\n\n{part}"
        caption = f"Réponse {answer.status} de {cut(answer.url, 200)}{said}"
        self.recorder.evidence("response", caption, "text/plain", text.encode("utf-8", "replace"))

    def close(self) -> None:
        """Lets everything go."""
        if "db" in self.__dict__:
            self.db.close()
        if "_office" in self.__dict__:
            self._office.close()
        self.browser.close()
