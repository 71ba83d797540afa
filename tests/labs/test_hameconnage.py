"""What hameconnage keeps: as many traps for everybody, honest messages that are, a table, reports and a quiz read fairly.

Specimens go through the checks here, without the browser (the page's four checks are the matrix's): a second for all.
"""

from __future__ import annotations

import email
import io
import json
import re
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from email import policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from helpers import volume
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from refused import failure, observed
from seats import LABS, secrets_of, specimens_of, sujet

from etabli.exam import Failed
from etabli.exam.contract.blot import Blot
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.outcome import Outcome
from etabli.exam.contract.plain import rebuild
from etabli.exam.reading.limits import Refused
from etabli.exam.reading.serve import read
from etabli.exam.runner.refusals import refused
from etabli.exam.runner.request import Wanted
from etabli.exam.tools.asked import AskedFiles
from etabli.exam.tools.documents import _sheets, _traces
from etabli.exam.tools.draws import Draws
from etabli.sandbox.downloads import Download, fetch

ID = "hameconnage"
LAB = LABS[ID]
checks = import_grader(LAB.grader, "checks")
shape = import_grader(LAB.grader, "shape")
work = import_grader(LAB.grader, "work")
sorting = import_grader(LAB.grader, "sorting")
reports = import_grader(LAB.grader, "reports")
quiz = import_grader(LAB.grader, "quiz")
prose = import_grader(LAB.grader, "prose")
hand_ins = import_grader(LAB.grader, "specimens.hand_ins")
operators = import_grader(LAB.grader, "specimens.operators")
SPECIMENS = specimens_of(ID)
IN_BROWSER = {name for name in LAB.checks().by_id() if name.startswith("page-")}


@cache
def typed(secret: bytes = bytes(32)) -> Any:
    return rebuild(shape.Variant, sujet(ID, secret).variant.data)


class Given:
    """Files as the fixtures `files` and `documents` give them, read by the real reader in this process."""

    def __init__(self, tree: Mapping[str, bytes]) -> None:
        self._tree = tree

    def _ask(self, verb: str, path: str) -> Any:
        try:
            return read(verb, path, self._tree[path])
        except Refused as no:
            raise refused(path, {"cause": no.cause, "detail": no.detail, "values": no.values}) from no

    def paths(self) -> list[str]:
        return sorted(self._tree)

    def tables(self, path: str) -> Any:
        return _sheets(self._ask("tables", path))

    def traces(self, path: str) -> Any:
        return _traces(self._ask("traces", path))

    def seen(self, path: str) -> str:
        return str(self._ask("seen", path))

    def keep(self, path: str, _caption: str) -> str:
        return str(self._ask("text", path))

    def text(self, path: str) -> str:
        return self._tree[path].decode("utf-8-sig")


def handed_in(tree: Mapping[str, bytes], secret: bytes = bytes(32)) -> Any:
    found, given = LAB.asked(tree), Given(tree)
    asked = AskedFiles(
        {one.id: Wanted(one.title, one.names, found.get(one.id, ())) for one in LAB.manifest.asked}, given.paths()
    )
    return work.Work(asked, given, given, Blot(sujet(ID, secret).variant.secrets()), typed(secret))


def outcomes(tree: Mapping[str, bytes], secret: bytes = bytes(32)) -> dict[str, Outcome]:
    """What becomes of each check but the browser's."""
    mine, found, because, beside = handed_in(tree, secret), dict[str, Outcome](), dict[str, Any](), set[str]()
    for spec in LAB.checks().specs:
        if spec.id in IN_BROWSER:
            continue
        if any(found.get(one) is not Outcome.PASSED for one in spec.after if one not in beside):
            found[spec.id] = Outcome.BLOCKED
            continue
        function = getattr(checks, f"check_{spec.id.replace('-', '_')}")
        more = (Draws("essai"),) if spec.id == "honnetes-epargnes" else ()
        try:
            function(mine, *more)
        except Failed as told:
            found[spec.id], because[spec.id] = Outcome.FAILED, told.because
            beside |= set() if told.stops else {spec.id}
        else:
            found[spec.id] = Outcome.PASSED
    explained = {one for one, why in because.items() if any(found[other] is Outcome.FAILED for other in why)}
    return found | dict.fromkeys(explained, Outcome.BLOCKED)


@pytest.mark.parametrize("name", SPECIMENS)
def test_a_specimen_gets_what_it_declares(name: str) -> None:
    for secret in secrets_of(ID)[: volume(1, 3)]:
        expected = {one: told for one, told in SPECIMENS[name].expected.items() if one not in IN_BROWSER}
        assert outcomes(SPECIMENS[name].files(sujet(ID, secret).context), secret) == expected


def test_models_handed_in_as_they_are_earn_only_that_they_can_be_read() -> None:
    models = (LAB.folder / "dossier" / "modeles").iterdir()
    found = outcomes({one.name: one.read_bytes() for one in models})
    passed = {one for one, told in found.items() if told is Outcome.PASSED}
    assert passed == {"rendu-present", "tri-lisible", "rien-de-personnel", "quiz-importe"}


# -- the mailbox


@pytest.fixture(params=range(len(secrets_of(ID))))
def variant(request: pytest.FixtureRequest) -> Any:
    return typed(secrets_of(ID)[request.param])


def test_everybody_has_the_same_traps_by_level_case_and_clue(variant: Any) -> None:
    def kinds(one: Any) -> Counter[Any]:
        return Counter((m.level, m.case, tuple(sorted(m.clues)), bool(m.qr), bool(m.attachment)) for m in one.messages)

    assert kinds(variant) == kinds(typed()) and len(variant.messages) == variant.count == 30
    assert Counter(one.level for one in variant.messages) == {0: 18, 1: 6, 2: 2, 3: 4}
    assert {clue.id for clue in variant.clues} == {clue for one in variant.messages for clue in one.clues}


def test_an_honest_message_is(variant: Any) -> None:
    accounts = {one.iban for one in variant.partners}
    for one in variant.messages:
        hosts = [one.address.partition("@")[2], one.reply.partition("@")[2], quiz._host(one.target), quiz._host(one.qr)]
        strange = [host for host in hosts if host and not quiz.genuine(host, variant)]
        if not one.trap:
            assert not strange and not one.clues and one.contact == "", one.subject
            assert "IBAN" not in one.text or any(account in one.text for account in accounts)
        else:
            assert strange or "iban" in one.clues or "extension" in one.clues, one.subject


def test_each_clue_is_in_the_file_of_its_message(variant: Any) -> None:
    files = LAB_FILES(variant)
    for one in variant.messages:
        text = everything(files[f"messages/message-{one.number:02d}.eml"]) + one.qr
        for pieces in one.clues.values():
            assert all(piece in text for piece in pieces), (one.subject, pieces)
            assert all(sorting.shows(piece, pieces) for piece in pieces)


def LAB_FILES(variant: Any) -> dict[str, bytes]:
    return dict(import_grader(LAB.grader, "mailbox").files(variant))


def everything(raw: bytes) -> str:
    """Headers and texts of a message, decoded as a mail program does."""
    message = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    names = [part.get_filename() or "" for part in message.walk()]
    return "\n".join([*map(str, message.values()), *parts, *names])


def test_the_picture_of_a_code_leads_where_it_says() -> None:
    """Drawn again and compared: no reader of pictures is at hand."""
    import segno

    for one in typed().messages:
        if one.qr:
            raw = LAB_FILES(typed())[f"messages/message-{one.number:02d}.eml"]
            [picture] = [
                part.get_content()
                for part in email.message_from_bytes(raw, policy=policy.default).walk()
                if part.get_content_type() == "image/png"
            ]
            again = io.BytesIO()
            segno.make(one.qr, error="m").save(again, kind="png", scale=6)
            assert picture == again.getvalue()


# -- the table


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Piège", True), ("PIÉGÉ", True), ("c'est une arnaque", True), ("phishing", True), ("pas un piège", False),
        ("Oui, piège", True), ("Non, honnête", False), ("sans piège", False), ("Faux piège", False), ("vrai piège", True),
        ("malhonnête", True), ("non fiable", True), ("rien à signaler", False), ("pas sûr", None), ("spam", None),
        ("honnête", False), ("Légitime.", False), ("sûr", False), ("pas fiable", True), ("honnête ou piège, à voir", None), ("à voir", None), ("", None),
    ],
)  # fmt: skip
def test_a_verdict_is_understood(text: str, said: bool | None) -> None:
    assert sorting.judged(text) is said


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("l'adresse finit par val0r[.]example", True),
        ("hxxps://espace.val0r.example/x", True),
        ("valor.example", False),
        ("FR00 1234 5678", False),
    ],
)
def test_a_proof_is_a_piece_of_the_message(text: str, there: bool) -> None:
    assert sorting.shows(text, ["val0r.example"]) is there


def test_three_words_of_a_sentence_show_it() -> None:
    assert sorting.shows("« coupé sous 24 heures »", ["Sans règlement, tout est coupé sous 24 heures"])
    assert not sorting.shows("coupé dans 24 heures", ["Sans règlement, tout est coupé sous 24 heures"])


@pytest.mark.parametrize(
    ("cell", "clues"),
    [
        ("adresse de réponse", ["reponse"]), ("QR codes", ["qr"]), ("liens, faux domaine", ["lien", "adresse"]),
        ("RIB et menace", ["iban", "urgence"]), ("la directrice / reply-to", ["direction", "reponse"]),
    ],
)  # fmt: skip
def test_a_clue_may_be_said_in_other_words(cell: str, clues: list[str]) -> None:
    assert sorting.clues_in(cell) == (clues, [])
    assert sorting.clues_in("bizarre") == ([], ["bizarre"])


# -- the reports


@pytest.mark.parametrize(
    "text",
    [
        "1) À\u202f: a@x.example\nÀ : b@x.example\nSujet : [SIGNALEMENT] x\nNuméro du message : 12",
        "| Pour | a@x.example, b@x.example |\n| Objet | [SIGNALEMENT] x |\n| Message | 12 |",
        "Destinataires\t: a[at]x.example et b@x.example\nObjet :[SIGNALEMENT] x\nN° :\nMessage n° : 12",
        "À\na@x.example\nb@x.example\nObjet\n[SIGNALEMENT] x\nMessage\n12",
        "À : a@x.example\nObjet : [SIGNALEMENT] x\nMessage : 12\nCopie cachée à : b@x.example",
        "À : a@x.example\nObjet : [SIGNALEMENT] x\nEnvoyé aussi à : b@x.example\nMessage : 12",
        "À : a@x.example\nObjet : [SIGNALEMENT] x\nAvec pour info : b@x.example\nMessage : 12",
        "À : a@x.example\nEn copie : b@x.example\nObjet : [SIGNALEMENT] x\nMessage : 12",
        "À : a@x.example\nCci : b@x.example\nObjet : [SIGNALEMENT] x\nMessage : 12",
    ],
)
def test_a_report_may_have_other_labels_or_stand_in_a_table(text: str) -> None:
    [one] = reports.read_reports(text)
    assert (one.addresses, one.number) == ({"a@x.example", "b@x.example"}, 12)
    assert one.subject.startswith("[SIGNALEMENT]")


@pytest.mark.parametrize(
    ("text", "days"),
    [("15/05", [15]), ("le 15 mai", [15]), ("15 sept. 2026", [15]), ("15/05/2027 04.65.71", []), ("2026-05-15", [15])],
)
def test_a_day_may_lack_its_year(text: str, days: list[int]) -> None:
    assert [one.day for one in reports.days_in(text, "2026") if one.year == 2026] == days


def test_a_report_says_one_day_its_own_sender_and_a_clue() -> None:
    own = typed()
    trap = next(one for one in own.messages if one.trap and "adresse" in one.clues)
    day = f"{date.fromisoformat(trap.sent[:10]):%d/%m/%Y}"
    right = f"À : a@x.example\nObjet : [SIGNALEMENT] x\nMessage : {trap.number}\nReçu le : {day}\nExpéditeur : {trap.address}\nIndice : {trap.address}"
    reports.expect_form(reports.read_reports(right), own)
    dated = right.replace(f"Reçu le : {day}", "").replace(
        f": {trap.number}", f": {trap.number}, reçu le {day}, lu le 01/01, signalé le 02/01"
    )
    reports.expect_form(reports.read_reports(dated), own)
    named = right.replace("Reçu le", "Jour") + "\nFait : l'assistance arrive demain"
    reports.expect_form(reports.read_reports(named), own)
    for put, told in (
        (right.replace(day, f"{day}, le 01/01 ou le 02/01/{trap.sent[:4]}"), "le jour de réception"),
        (
            right.replace(f"Expéditeur : {trap.address}", f"Expéditeur : {trap.address[:-3]}"),
            "l'adresse de l'expéditeur",
        ),
        (right.replace(f"Indice : {trap.address}", "Indice : aucun"), "on n'y lit pas l'indice"),
        (right.replace(f"Indice : {trap.address}", "Indice : à mon avis il n'y en a pas"), "on n'y lit pas l'indice"),
        (right.replace(f"Reçu le : {day}", f"Arrivé ici le {day} ou le 01/01 ou le 02/01"), "le jour de réception"),
        (
            right.replace("[SIGNALEMENT]", "Alerte").replace(f"Indice : {trap.address}", "Indice : aucun"),
            "[SIGNALEMENT] ; on n'y lit",
        ),
    ):
        assert told in observed(lambda put=put: reports.expect_form(reports.read_reports(put), own))  # type: ignore[misc]


def test_people_beside_the_addresses_of_a_report_receive_it_too() -> None:
    own = typed()
    trap = next(one for one in own.messages if one.trap)
    right = f"À : {own.organisation.alert} ; {trap.contact}\nObjet : [SIGNALEMENT] x\nMessage : {trap.number}"
    reports.expect_addresses(reports.read_reports(right), own)
    crowd = reports.read_reports(right.replace("\nObjet", " ; et tous les collègues\nObjet"))
    assert "d'autres personnes, nommées à côté" in observed(lambda: reports.expect_addresses(crowd, own))
    told = right + f"\nReçu le : x\nEnvoyé à : {trap.address}\nPour information : tous les collègues l'ont reçu"
    reports.expect_addresses(reports.read_reports(told.replace("Pour information", "Information")), own)
    for said in (
        "tous les postes de l'accueil ont reçu ce message",
        "deux collègues l'ont reçu",
        "tous les collègues l'ont reçu",
    ):
        reports.expect_addresses(reports.read_reports(f"{right}\nPour information : {said}"), own)


def test_a_report_is_read_with_marks_of_a_word_processor() -> None:
    text = "# Un\n**À :** a@x.example\nb@x.example\n**Objet :** [SIGNALEMENT] x\n- **Message n° :** 12\n\nPour : rien"
    [one] = reports.read_reports(text)
    assert (one.addresses, one.number, one.subject) == ({"a@x.example", "b@x.example"}, 12, "[SIGNALEMENT] x")


def test_a_report_that_lacks_a_line_or_is_not_there_leaves_the_others_to_be_looked_at() -> None:
    whole = "À : a@x.example\nObjet : [SIGNALEMENT] x\nMessage : {}\n\n"
    three = [whole.format(number) for number in (1, 2, 3)]
    lacking = three[1].replace("Objet : [SIGNALEMENT] x\n", "")
    for texts, stops in (
        ([*three[:2]], False),
        ([three[0]], True),
        ([three[0], lacking, three[2]], False),
        ([lacking, lacking, three[2]], True),
        ([lacking, three[2]], True),
    ):
        found = reports.read_reports("".join(texts))
        assert failure(lambda found=found: reports.expect_readable(found)).stops is stops  # type: ignore[misc]


# -- the quiz


def test_a_question_that_moodle_refuses_leaves_the_others_to_be_looked_at() -> None:
    right = [f"Question {name} ? {{=oui#bien ~non}}" for name in "abcdefgh"]
    found = quiz.read_quiz("quiz.gift", "\n\n".join([*right[:7], right[7].replace("}", "")]))
    told = failure(lambda: quiz.expect_import(found))
    assert "n'est pas fermée" in told.observed
    assert not told.stops
    quiz.expect_enough(found)
    quiz.expect_feedback(found)
    quiz.expect_answers(found)
    own, pool = typed(), quiz.hosts(typed())
    about = [f"{host} : c'est un piège. {{{'TF'[key]}#a#b}}" for key in (0, 1) for host in pool[key][:2]]
    glued = quiz.read_quiz("quiz.gift", "\n\n".join([*right[:4], about[0], about[1], f"{about[2]}\n{about[3]}"]))
    quiz.expect_enough(glued)
    quiz.expect_keys(glued, own)
    junk = quiz.read_quiz("quiz.gift", "\n\n".join([*right[:4], "a }", "b }", "c }", "d }"]))
    assert observed(lambda: quiz.expect_enough(junk)) == "Le quiz a 4 questions."
    assert "aucun vrai ou faux" in observed(lambda: quiz.expect_keys(junk, own))
    most = quiz.read_quiz("quiz.gift", "\n\n".join([*right[:3], *(one.replace("}", "") for one in right[3:])]))
    assert failure(lambda: quiz.expect_import(most)).stops


def test_gift_is_read_as_moodle_says() -> None:
    text = (
        "// rien\n$CATEGORY: $course$/x\n\n::Un:: [html]<p>A \\= B \\: vrai</p> {F#raté#bravo####fin}\n\n"
        "Deux {=oui#bien ~non#%\n~%-50%peut-être}\n\nTrois fait {=3 =trois} en tout.\n\n"
        "Quatre {=a -> b =c -> d =e -> f}\n\nCinq {#5:1}\n\nSix {}\n\nUne phrase sans question.\n"
    )
    found = quiz.read_quiz("quiz.gift", text)
    kinds = [quiz.BOOLEAN, quiz.CHOICE, quiz.SHORT, quiz.MATCH, quiz.NUMBER, quiz.ESSAY]
    assert [one.kind for one in found] == kinds
    assert (found[0].name, found[0].text, found[0].feedback) == ("Un", "A = B : vrai", "fin")
    assert [(one.share, one.feedback) for one in found[0].answers] == [(0, "raté"), (100, "bravo")]
    assert [(one.text, one.share) for one in found[1].answers] == [("oui", 100), ("non", 0), ("peut-être", -50)]
    assert found[2].text == "Trois fait _____ en tout."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Un {=oui ~non", "n'est pas fermée"),
        ("Un =oui}", "sans s'être ouverte"),
        ("::Un {T}", "le titre"),
        ("Un }{=oui ~non}", "sans s'être ouverte"),
        ("Un {T}\nDeux {F}", "se touchent"),
        ("Rien ici.", "aucune question"),
    ],
)
def test_what_moodle_refuses_is_told(text: str, told: str) -> None:
    assert told in observed(lambda: quiz.expect_import(quiz.read_quiz("quiz.gift", text)))


STRICTER = ("x : c'est un piège. {T}", "A {T} // fin")
"""Where the other reader is not Moodle: it refuses a colon alone in a text, and takes a comment at the end of a line."""
TEXTS = json.loads((Path(__file__).parent / "gift.json").read_text("utf-8"))
OTHER = Download(
    "pegjs-gift.js",
    "gift-pegjs@1.0.2",
    "e0314c031e88df5c8e85b3f1f6987014eafe21b75f1485979270710b027f7443",
    "package/pegjs-gift.js",
)


def read_there(texts: Sequence[str]) -> list[Any]:
    """What gift-pegjs, of npm, reads under Node; None where it refuses a text, or finds no question in it."""
    fetch([OTHER])
    argv = ["node", str(Path(__file__).parent / "gift.js"), str(OTHER.path)]
    return list(
        json.loads(subprocess.run(argv, input=json.dumps(texts), capture_output=True, text=True, check=True).stdout)
    )


def read_here(text: str) -> list[Any]:
    return [
        [
            question.kind,
            question.name,
            question.text,
            [answer.text for answer in question.answers if answer.share > 0]
            if question.kind in (quiz.CHOICE, quiz.SHORT, quiz.BOOLEAN)
            else [],
            sorted(filter(None, [question.feedback, *(answer.feedback for answer in question.answers)])),
        ]
        for question in quiz.read_quiz("quiz.gift", text)
    ]


def test_another_reader_reads_the_same() -> None:
    """Known texts, and the quiz of each right hand-in made in GIFT by a few candidates, in each manner."""
    texts = [one for one in TEXTS if one not in STRICTER]
    for secret in secrets_of(ID)[: volume(2, 8)]:
        questions = hand_ins.quiz(sujet(ID, secret).context)
        for tree in (hand_ins.gift(questions), operators.by_answer(questions)):
            texts += [content.decode("utf-8-sig") for content in tree.values()]
    for text, there in zip(texts, read_there(texts), strict=True):
        if there is None:
            assert observed(lambda text=text: quiz.expect_import(quiz.read_quiz("quiz.gift", text))), text  # type: ignore[misc]
        else:
            assert read_here(text) == [
                [kind, name, re.sub("<.*?>", "", stem), right, said] for kind, name, stem, right, said in there
            ]


def test_both_forms_of_the_same_quiz_are_read_alike() -> None:
    questions = hand_ins.quiz(sujet(ID).context)
    read_back = [
        quiz.read_quiz(name, content.decode())
        for tree in (hand_ins.gift(questions), hand_ins.xml(questions))
        for name, content in tree.items()
    ]
    assert read_back[0] == read_back[1]


def test_true_and_false_are_known_by_their_words_whatever_their_order() -> None:
    false_first = '<quiz><question type="truefalse"><questiontext><text>x</text></questiontext><answer fraction="0"><text>false</text></answer><answer fraction="100"><text>true</text></answer></question></quiz>'
    assert [quiz._key(one) for one in quiz.read_quiz("quiz.xml", false_first)] == [True]
    gift = "Un {=Faux ~Vrai#non}\n\nDeux {=un ~deux}\n\nTrois {#\n=6:1#bien\n=%50%5:2#presque\n}\n"
    found = quiz.read_quiz("quiz.gift", gift)
    assert [quiz._key(one) for one in found] == [False, None, None]
    assert [(one.share, one.feedback) for one in found[2].answers] == [(100, "bien"), (50, "presque")]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ("n'est pas dans la liste, c'est un piège", True),
        ("est un piège", True),
        ("n'est pas un piège", False),
        ("est fiable", False),
    ],
)
def test_the_key_follows_the_way_it_is_said(form: str, says: bool) -> None:
    own = typed()
    trap, trusted = quiz.hosts(own)[0][0], own.organisation.domain
    for host, truth in ((trap, says), (trusted, not says)):
        one = quiz.Question("", quiz.BOOLEAN, f"Un message de x@{host.replace('.', '[.]')} {form}.")
        assert quiz._truth(one, own, quiz.hosts(own)) == {truth}


def test_what_an_address_that_was_forged_is_may_be_said_either_way() -> None:
    forged = quiz.both(typed())[0]
    own = typed()
    assert quiz._truth(quiz.Question("", quiz.BOOLEAN, f"{forged} est un piège"), own, quiz.hosts(own)) == {True, False}


def test_a_quiz_is_one_that_moodle_takes_and_an_association_has_pairs() -> None:
    pair = "<subquestion><text>{0}</text><answer><text>{0}</text></answer></subquestion>"
    whole = '<quiz><question type="matching"><questiontext><text>x</text></questiontext>{}</question></quiz>'
    quiz.expect_answers(quiz.read_quiz("quiz.xml", whole.format(pair.format("a") + pair.format("b"))))
    told = observed(lambda: quiz.expect_answers(quiz.read_quiz("quiz.xml", whole.format(pair.format("a")))))
    assert "une association a au moins 2 paires" in told
    other = whole.format(pair.format("a")).replace("quiz>", "questionnaire>")
    assert "ne peut pas lire" in observed(lambda: quiz.read_quiz("quiz.xml", other))


def test_a_number_makes_no_other_question() -> None:
    own = [quiz.Question("", quiz.CHOICE, f"Que faire du message n° {at} ?") for at in range(1, 9)]
    quiz.expect_enough(own)
    asked = [quiz.Question("", quiz.BOOLEAN, f"Question {at} : un lien se survole.") for at in range(1, 9)]
    assert observed(lambda: quiz.expect_enough(asked)) == "Le quiz a 1 question différente."


# -- the answer


def test_what_people_advise_is_recognised_in_their_own_words() -> None:
    """Sentences of two people who held only the sheet, most of them without its words: 19 of 20 are recognised."""
    told: dict[str, dict[str, list[str]]] = json.loads((Path(__file__).parent / "wordings.json").read_text("utf-8"))[ID]
    every = [(scene, name, text) for scene, names in told.items() for name, texts in names.items() for text in texts]
    missed = [
        text
        for scene, name, text in every
        if name not in (prose.spoken_of(text) if scene == "reflexes" else prose.advised(text, scene))
    ]
    assert len(missed) < 0.05 * len(every), missed


@pytest.mark.parametrize(
    ("scene", "text"),
    [
        ("motdepasse", "Merci du message que vous avez envoyé. Mettez à jour votre antivirus. Dans un second temps, ouvrez un ticket. Il y a aussi un guide."),
        ("piece", "Restez calme : voici la marche à suivre. Appuyez sur le bouton. Ne vous connectez plus à votre messagerie. Ouvrez un ticket."),
        ("carte", "Les données de votre carte ont été volées. Je vais vous conseiller. Jetez un coup d'œil à ces quelques lignes. Merci."),
        ("motdepasse", "L'an passé, j'avais le même mot de passe partout. Un collègue avait activé le second facteur, il a perdu son téléphone. Préviens l'assistance."),
        ("piece", "Un technicien est venu mardi, il a débranché le câble et il a regardé le Wi-Fi. La clé USB que tu cherchais est dans mon tiroir. N'éteins pas le poste."),
        ("page", "Nous avons reçu trente messages. L'un avait une pièce jointe, un autre donnait un IBAN. La direction était pressée. Un collègue a cliqué sur un lien. Regardez l'adresse de l'expéditeur, et signalez le reste."),
        ("page", "Choisissez un mot de passe long pour chaque compte, changez-le au moindre doute, et ne le communiquez à personne. La souris et le clavier se nettoient avec calme. Mettez au panier, 24h/24, ce qu'il faut savoir. Ouvrez le document de l'intranet."),
    ],
)  # fmt: skip
def test_words_of_other_things_are_no_advice(scene: str, text: str) -> None:
    expect = prose.expect_reflexes if scene == "page" else lambda own: prose.expect_gestures(own, scene)
    failure(lambda: expect(text))


@pytest.mark.parametrize(
    ("scene", "text", "name"),
    [
        ("piece", "Ne touchez rien avant d'avoir prévenu l'assistance.", "prévenir l'assistance"),
        ("carte", "N'en parlez pas à l'escroc avant d'avoir prévenu la banque.", "prévenir la banque"),
    ],
)
def test_what_must_not_be_done_before_is_no_advice_against_it(scene: str, text: str, name: str) -> None:
    assert name in prose.advised(text, scene)


@pytest.mark.parametrize(("length", "stops"), [(10, True), (45, False), (400, False), (600, True)])
def test_an_answer_that_is_too_long_or_a_little_short_is_read_all_the_same(length: int, stops: bool) -> None:
    assert failure(lambda: prose.expect_answer_length("mot " * length)).stops is stops


@pytest.mark.parametrize(("headings", "length", "stops"), [([], 200, False), ([], 30, True), (["A"], 60, False)])
def test_a_page_without_its_title_is_read_all_the_same(headings: list[str], length: int, stops: bool) -> None:
    leaf = SimpleNamespace(headings=lambda level: headings, text="mot " * length)
    assert failure(lambda: prose.expect_page(leaf)).stops is stops


@pytest.mark.parametrize("scene", [one.id for one in import_grader(LAB.grader, "decor").SCENES])
def test_the_right_answer_is_recognised_and_the_other_two_are_not(scene: str) -> None:
    context = sujet(ID).context
    for other in prose.GESTURES:
        text = hand_ins.answer({**context, "scene": {"id": other}})
        expect: Callable[[], None] = lambda text=text: prose.expect_gestures(text, scene)  # type: ignore[misc]  # noqa: E731
        if other == scene:
            expect()
        else:
            assert "sur 4" in observed(expect)


@pytest.mark.parametrize(
    ("scene", "text", "count"),
    [
        ("carte", "Ne fais pas opposition. Inutile de prévenir la banque. Ce n'est pas la peine de surveiller les relevés. "
         "Et ne préviens pas l'assistance.", 0),
        ("carte", "Surtout n'appelez pas la banque, évitez de regarder les relevés ; faites opposition.", 1),
        ("carte", "N'attendez pas : faites opposition, n'oubliez pas de prévenir la banque et l'assistance.", 3),
        ("carte", "N'hésitez pas à appeler la banque (pas le numéro du message) pour l'opposition, puis pointez les relevés.", 3),
        ("piece", "Débranchez le câble réseau. Puis éteignez le poste tout de suite : ne pas l'éteindre laisserait le virus "
         "travailler. Branchez une clé USB, mais rien brancher d'autre. Prévenez l'assistance, sans urgence.", 2),
        ("piece", "Retirez le câble réseau. Laissez ensuite l'ordinateur allumé. N'y branchez aucune clé, aucun disque.", 3),
        ("piece", "On n'éteint pas, même si le poste est lent. Si vous l'avez déjà éteint, dites-le à l'assistance. Coupez le "
         "Wi-Fi, et n'utilisez pas de clé USB.", 4),
        ("piece", "Ne redémarrez pas et ne branchez rien ; surtout, ne l'éteignez pas. Coupez le réseau.", 3),
        ("piece", "Couper le Wi-Fi ne servirait plus à rien. Laisser le poste allumé serait imprudent : à ta place je l'arrêterais. "
         "Copie tes fichiers sur une clé, et préviens l'assistance.", 1),
        ("piece", "Coupe le Wi-Fi et laisse le poste allumé ; évite de copier tes fichiers sur une clé, cela ne servirait pas.", 3),
        ("motdepasse", "Ne changez rien. Pas besoin de second facteur. L'assistance n'a pas à le savoir.", 0),
        ("motdepasse", "Changez votre mot de passe, pas demain, et partout. Ne dites pas que c'est grave à l'assistance.", 2),
        ("motdepasse", "Changez ce mot de passe. Ce n'est pas la peine pour vos autres comptes, même s'ils ont le même mot de passe. "
         "Prévenez l'assistance.", 2),
        ("motdepasse", "Changez votre mot de passe, même si cela vous paraît inutile. Mettez-en un nouveau partout. Activez la "
         "validation à 2 facteurs. Prévenez l'assistance, même si vous pensez que ce n'est pas la peine.", 4),
        ("motdepasse", "Le mieux à faire est de changer de mot de passe. Je te déconseille de garder le même mot de passe ailleurs. "
         "Préviens l'assistance sans perte de temps.", 3),
        ("motdepasse", "C'est le facteur humain. Débranche le réseau partout, ne branche rien sur un second appareil. "
         "Préviens l'assistance, puis tu pourras changer ton mot de passe.", 2),
        ("motdepasse", "Je te déconseille de changer ton mot de passe. Le changer partout ne sert à rien. Préviens l'assistance.", 1),
        ("motdepasse", "Ce mot de passe a fuité il faut donc le changer. Tu n'oses pas appeler l'assistance ? J'y vais avec toi. Le second facteur n'est pas une perte de temps.", 3),
        ("piece", "On prévient l'assistance dès qu'on a débranché le câble. Désactive le Wi-Fi. On le laisse allumé parce que les traces sont dans sa mémoire.", 3),
        ("carte", "Désactive la carte dans l'application de ta banque. Les relevés sont dans cette appli : regarde-les. La banque est ouverte jusqu'à 17 h.", 3),
        ("motdepasse", "Hier j'ai changé mon mot de passe. Ensuite j'ai changé les autres comptes. Enfin j'ai appelé l'assistance.", 0),
        ("motdepasse", "Changer le mot de passe, à quoi bon. Le second facteur, c'est du temps perdu. Les informaticiens ont mieux à faire. Tu peux garder ce mot de passe sur tes autres comptes.", 0),
        ("motdepasse", "Change ce mot de passe, et sur les autres sites où il servait aussi. N'hésite pas à prévenir l'assistance, même si tu as eu peur.", 3),
        ("motdepasse", "Ne gardez pas ce mot de passe : changez-le, ailleurs aussi. Le second facteur, je l'active.", 3),
        ("piece", "Coupe le Wi-Fi. Éteins ton ordinateur, puis copie tes fichiers sur une clé USB pour ne pas les perdre. Préviens l'assistance.", 2),
        ("piece", "Pour ne rien perdre n'éteins pas le poste. Ne branche pas de clé pour ne pas l'infecter. Empêche qu'on copie sur une clé pour que tout reste. "
         "Mets un mot pour que personne ne redémarre. Débranche le câble pour que le virus ne copie pas tes fichiers sur le disque réseau.", 3),
    ],
)  # fmt: skip
def test_a_gesture_that_is_advised_against_does_not_count(scene: str, text: str, count: int) -> None:
    assert len(prose.advised(text, scene)) == count, prose.advised(text, scene)


REPLIES = json.loads((Path(__file__).parent / "replies.json").read_text("utf-8"))


@pytest.mark.parametrize("scene", REPLIES)
def test_replies_in_other_words_are_told_apart(scene: str) -> None:
    counts = {kind: [len(prose.advised(text, scene)) for text in texts] for kind, texts in REPLIES[scene].items()}
    assert min(counts["justes"]) >= prose.LEAST_GESTURES > max(counts["fausses"]), counts


# -- the page


class Shown:
    """A page as the browser gives it."""

    lang = "fr"

    def __init__(self, text: str) -> None:
        self.text = text


def test_a_page_in_english_is_not_in_french_whatever_it_says() -> None:
    french = re.sub("<style>.*?</style>|<.*?>", " ", hand_ins.page(sujet(ID).context))
    slogan = "Think before you click on it. The sender is not who you think. "
    prose.expect_french(Shown(french + slogan))
    assert "en anglais" in observed(lambda: prose.expect_french(Shown(slogan + slogan.replace("sender", "boss"))))


def test_a_reflex_that_is_turned_round_is_none() -> None:
    known = "Lisez l'adresse. Survolez le lien. Signalez. Un IBAN qui change se vérifie {}."
    for said in (
        "par téléphone, au numéro que l'on connaît",
        "en appelant, mais jamais au numéro écrit dans le message",
        "en rappelant à un autre numéro que celui du message",
    ):
        prose.expect_reflexes(known.format(said))
    told = observed(lambda: prose.expect_reflexes(known.format("en appelant le numéro écrit dans le message")))
    assert told.startswith("On reconnaît 3 réflexes sur 6") and "l'IBAN" in told


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Cliquez sur le lien pour voir où il mène. En cas de doute, répondez tout de suite. Signaler fait perdre du temps.", []),
        ("Avant de cliquer regardez où mène le lien pour savoir si c'est le vrai site. On vous pousse à répondre vite : c'est urgent, dit-on.", ["le lien", "l'urgence"]),
        ("Un message dit « Payez tout de suite » ? Cette urgence est fausse.", ["l'urgence"]),
        ("Ouvrez les pièces jointes pour vérifier. Inutile de lire l'adresse. Payez sur le nouveau compte. N'en parlez à personne.", []),
        ("Signaler n'est jamais du temps perdu. Au lieu de cliquer sur le lien pour voir, survolez-le. Inutile de se précipiter.", ["le lien", "l'urgence", "le signalement"]),
        ("Une société a changé de banque : appelez-la avant de payer sur un nouvel IBAN. Pas besoin d'être sûr pour signaler.", ["l'IBAN", "le signalement"]),
        ("Pour ne pas être piégé n'appelez pas le numéro du message pour un IBAN. Cliquez sur le lien pour voir, pour ne pas rater un message.", ["l'IBAN"]),
        ("Nous avons reçu une pièce jointe, et Blaise a cliqué sur un lien. La direction était pressée.", []),
    ],
)  # fmt: skip
def test_a_page_that_tells_or_advises_the_contrary_gives_no_reflex(text: str, spoken: list[str]) -> None:
    assert prose.spoken_of(text) == spoken


# -- what is personal


W, OASIS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"',
    "urn:oasis:names:tc:opendocument:xmlns",
)
DOCX = {"[Content_Types].xml": "<Types/>", "word/document.xml": f"<w:document {W}><w:body><w:p><w:r><w:t>x</w:t></w:r>{{}}</w:p></w:body></w:document>"}  # fmt: skip
ODT = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": f"<office:document-content xmlns:office='{OASIS}:office:1.0' xmlns:text='{OASIS}:text:1.0'><office:body><office:text><text:p>x{{}}</text:p></office:text></office:body></office:document-content>"}  # fmt: skip
RUN = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
HIDING: dict[str, tuple[str, dict[str, str]]] = {
    "entete/reponse.docx": ("", {"word/header1.xml": f"<w:hdr {W}>{RUN}</w:hdr>"}),
    "pied/reponse.docx": ("", {"word/footer2.xml": f"<w:ftr {W}>{RUN}</w:ftr>"}),
    "note/reponse.docx": ("", {"word/footnotes.xml": f"<w:footnotes {W}><w:footnote>{RUN}</w:footnote></w:footnotes>"}),
    "commentaire/reponse.docx": (
        "",
        {"word/comments.xml": f"<w:comments {W}><w:comment>{RUN}</w:comment></w:comments>"},
    ),
    "proprietes/reponse.docx": ("", {"docProps/custom.xml": "<p><property name='Note'><v>{}</v></property></p>"}),
    "supprime/reponse.docx": ("<w:del><w:r><w:delText>{}</w:delText></w:r></w:del>", {}),
    "image/reponse.docx": ('<w:r><w:drawing><docPr id="1" descr="{}"/></w:drawing></w:r>', {}),
    "annotation/reponse.odt": ("<office:annotation><text:p>{}</text:p></office:annotation>", {}),
    "image/reponse.odt": ("<svg:desc xmlns:svg='x'>{}</svg:desc>", {}),
    "pied/reponse.odt": ("", {"styles.xml": f"<a xmlns:text='{OASIS}:text:1.0'><text:p>{{}}</text:p></a>"}),
    "proprietes/reponse.odt": ("", {"meta.xml": "<a><b>{}</b></a>"}),
}
IN_TEXT = {
    "alt/sensibilisation.html": '<img alt="{}">',
    "commentaire/sensibilisation.html": "<p>x</p><!-- {} -->",
    "meta/sensibilisation.html": '<meta name="x" content="{}">',
    "a/quiz.txt": "// {}\n\nA {{T}}",
}
IN_BOOK: dict[str, Callable[[Any, Any, Any, str], Any]] = {
    "commentaire/tri.xlsx": lambda book, sheet, other, said: setattr(sheet["B2"], "comment", Comment(said, "x")),
    "entete/tri.xlsx": lambda book, sheet, other, said: setattr(sheet.oddHeader.center, "text", said),
    "pied/tri.xlsx": lambda book, sheet, other, said: setattr(sheet.evenFooter.left, "text", said),
    "feuille/tri.xlsx": lambda book, sheet, other, said: (other.append([said]), setattr(other, "sheet_state", "hidden")),
    "ligne/tri.xlsx": lambda book, sheet, other, said: (sheet.append([said]), setattr(sheet.row_dimensions[1], "hidden", True)),
    "proprietes/tri.xlsx": lambda book, sheet, other, said: setattr(book.properties, "description", said),
    "nom/tri.xlsx": lambda book, sheet, other, said: book.defined_names.add(DefinedName("n", attr_text=f'"{said}"')),
    "infobulle/tri.xlsx": lambda book, sheet, other, said: sheet.add_data_validation(DataValidation("list", '"a"', prompt=said, sqref="A1")),
}  # fmt: skip


def hidden_places(said: str) -> dict[str, bytes]:
    """A text in each part of each format that may be handed in, where nobody looks."""
    made = {path: line.format(said).encode() for path, line in IN_TEXT.items()}
    made |= {"b/notes.txt": said.encode("utf-16"), "entites/sensibilisation.html": f"<p>{said.replace(' ', '&nbsp;')}</p>".encode()}  # fmt: skip
    for path, (inside, parts) in HIDING.items():
        whole = (DOCX if path.endswith("docx") else ODT) | parts
        with zipfile.ZipFile(stream := io.BytesIO(), "w") as package:
            for name, text in whole.items():
                package.writestr(name, text.format(inside.format(said) if name not in parts else said))
        made[path] = stream.getvalue()
    for path, change in IN_BOOK.items():
        book = Workbook()
        change(book, book.active, book.create_sheet("Notes"), said)
        book.save(stream := io.BytesIO())
        made[path] = stream.getvalue()
    return made


@pytest.mark.parametrize(
    "form", ["Mme {name}", "Mme {letters}", "{phone}", "{dots}", "{abroad}", "{glued}", "{street}"]
)
def test_what_is_personal_is_told_in_every_part_of_every_format(form: str) -> None:
    private = typed().private
    phone = next(one for one in private if one[0] == "0" and " " in one)
    name = next(one for one in private if one.isalpha())
    street = next(one for one in private if one[0] in "123456789")
    said = form.format(
        name=name, phone=phone, dots=phone.replace(" ", "."), abroad=f"+33 (0){phone[1:]}", glued=phone.replace(" ", ""),
        letters=name.translate(str.maketrans("aceimnortu", "асеіⅿոοгтυ")),
        street=street.replace(" ", ", ", 1),
    )  # fmt: skip
    for path, content in hidden_places(said).items():
        assert path in observed(lambda path=path, content=content: prose.expect_nothing_personal(handed_in({path: content}))), path  # type: ignore[misc]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "live"),
    [
        ('<a href="http://{host}/x">ici</a>', True), ("<a href='//{host}'>ici</a>", True), ('<a href="http&#58;//{host}">', True),
        ("HTTPS://www.{host}", True), ("https://vrai.example@{host}/x", True), ("https:\\\\{host}", True), ("https:{host}/x", True), ("https:///{host}", True),
        ("hxxps://{host}/x", False), ("{host}", False), ("a@{host}", False), ("//{host}", False),
    ],
)  # fmt: skip
def test_a_link_of_a_trap_is_one_that_can_be_followed(form: str, live: bool) -> None:
    mine = handed_in({"sensibilisation.html": form.format(host=quiz.hosts(typed())[0][0]).encode()})
    expect = lambda: prose.expect_no_link(mine, mine.variant, [])  # noqa: E731
    if live:
        assert "peut être suivi" in observed(expect)
    else:
        expect()


def test_what_a_tag_a_line_s_end_or_a_word_parts_is_personal_too() -> None:
    private = typed().private
    phone = next(one for one in private if one[0] == "0" and " " in one)
    name = next(one for one in private if one.isalpha() and len(one) > 5)
    for path, said in (
        ("sensibilisation.html", f"<p>{name[:3]}<wbr>{name[3:]}</p>"),
        ("reponse.txt", f"Mme {name[:3]}-\n{name[3:]}"),
        ("reponse.txt", phone.replace(" ", " puis ", 2)),
    ):
        assert path in observed(lambda path=path, said=said: prose.expect_nothing_personal(handed_in({path: said.encode()})))  # type: ignore[misc]  # fmt: skip


def test_who_signs_a_trap_and_who_works_here_may_be_named() -> None:
    own = typed()
    named = [one.name for one in own.messages if one.trap] + [one.full for one in own.people] + [own.partners[0].name]
    prose.expect_nothing_personal(handed_in({"reponse.txt": "\n".join(named).encode()}))
