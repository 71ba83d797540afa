"""What a candidate's side can cause is a failure with its words; what it cannot is an error: one test each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from examiner_bench import Bench, verdicts

from etabli.exam.contract.causes import WORDS, Cause
from etabli.exam.contract.transcript import Event

CAUSES = {
    "http-coupe": Cause.CUT,
    "http-rien": Cause.CUT,
    "http-charabia": Cause.BROKEN_ANSWER,
    "http-gzip": Cause.BROKEN_ANSWER,
    "http-br": Cause.BROKEN_ANSWER,
    "http-longueurs": Cause.BROKEN_ANSWER,
    "http-lent": Cause.SLOW,
    "http-goutte": Cause.SLOW,
    "http-tours": Cause.LOOP,
    "http-dehors": Cause.ELSEWHERE,
    "http-fichier": Cause.ELSEWHERE,
    "http-rien-du-tout": Cause.ELSEWHERE,
    "http-port": Cause.ELSEWHERE,
    "page-rien-du-tout": Cause.ELSEWHERE,
    "page-adresse": Cause.ELSEWHERE,
    "http-octets": Cause.UNREADABLE,
    "http-charset": Cause.UNREADABLE,
    "alarme-candidat": Cause.SLOW,
    "page-coupe": Cause.CUT,
    "page-charabia": Cause.BROKEN_ANSWER,
    "page-br": Cause.BROKEN_ANSWER,
    "page-lente": Cause.SLOW,
    "page-vide": Cause.NO_PAGE,
    "page-telechargement": Cause.NO_PAGE,
    "page-tours": Cause.LOOP,
    "page-redirige-dehors": Cause.ELSEWHERE,
    "page-script-dehors": Cause.ELSEWHERE,
    "page-fichier": Cause.ELSEWHERE,
    "page-chrome": Cause.ELSEWHERE,
    "page-donnees": Cause.NO_PAGE,
    "page-alerte": Cause.DIALOG,
    "page-alerte-clic": Cause.DIALOG,
    "page-confirmation": Cause.DIALOG,
    "page-fenetre": Cause.WINDOW_CLOSED,
    "page-boucle-script": Cause.SLOW,
    "page-plante": Cause.CRASHED,
    "page-masque": Cause.SCRIPT,
    "page-lien-absent": Cause.MISSING,
    "page-champ-absent": Cause.MISSING,
    "page-choix-absent": Cause.MISSING,
    "page-bouton-absent": Cause.MISSING,
    "page-desactive": Cause.UNUSABLE,
    "page-couvert": Cause.UNUSABLE,
    "page-204": Cause.NOTHING_SENT,
    "base-table-absente": Cause.DATABASE,
    "base-colonne-obligatoire": Cause.DATABASE,
    "base-verrou": Cause.LOCKED,
    "base-verrou-garde": Cause.LOCKED,
    "base-occupee": Cause.CROWDED,
    "base-innombrable": Cause.DATABASE_FULL,
    "fichier-absent": Cause.MISSING,
}
OURS = ("nous-script", "nous-sql", "nous-lents", "nous-exception")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("banc"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def seen(bench: Bench) -> Mapping[str, Event]:
    return verdicts(bench.exam("causes", page_timeout=5))


@pytest.mark.parametrize(("check", "cause"), CAUSES.items(), ids=CAUSES.keys())
def test_candidate_causes_a_failure_with_its_words(seen: Mapping[str, Event], check: str, cause: Cause) -> None:
    verdict = seen[check]
    assert verdict["outcome"] == "failed", verdict
    assert str(verdict["observed"]).startswith(WORDS[cause].observed.split("{what}")[0]), verdict
    assert (verdict["expected"], verdict["traceback"]) == (WORDS[cause].expected, None)
    assert verdict["cause"] == cause
    assert verdict["help"]


@pytest.mark.parametrize("check", OURS)
def test_our_own_fault_is_an_error_with_its_traceback(seen: Mapping[str, Event], check: str) -> None:
    assert seen[check]["outcome"] == "error", seen[check]
    assert "Traceback" in seen[check]["traceback"]
    assert seen[check]["observed"] is None


def test_a_page_that_breaks_the_language_is_read_all_the_same(seen: Mapping[str, Event]) -> None:
    assert seen["page-piege"]["outcome"] == "passed", seen["page-piege"]


def test_after_all_that_an_ordinary_page_passes_and_nothing_is_forgotten(seen: Mapping[str, Event]) -> None:
    assert seen["page-apres"]["outcome"] == "passed"
    assert set(seen) == {*CAUSES, *OURS, "page-piege", "page-apres", "page-agitee"}


def test_what_is_said_of_a_page_that_had_not_settled_was_told_by_the_clock(seen: Mapping[str, Event]) -> None:
    said = seen["page-agitee"]
    assert (said["outcome"], said["observed"], said["cause"]) == ("failed", "La liste n'y est pas.", Cause.SLOW)


def test_an_application_that_never_listens(bench: Bench) -> None:
    events = bench.exam("moeurs", only=["lecture", "http"], port=8099, ready_timeout=0.5)
    observed = {str(event["observed"]) for event in verdicts(events).values()}
    assert observed == {"L'application ne répond pas."}
    assert {event["outcome"] for event in verdicts(events).values()} == {"failed"}
