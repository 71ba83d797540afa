"""What is expected of a migration script on hidden lines; our own libraries verify its hashes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.draw import Draw
from etabli.exam.contract.french import counted, listed, some

from .hashing import confuses, salt_of, unread, weakness
from .lists import APART_MADE, CROWD, EXAMPLE, EXAMPLES, GIVEN, Lists
from .replies import LOOSE, SCHEMES, UNREADABLE_ITSELF, Answer, marked, mistaken, rightly, unreadable, verified
from .runs import Runs
from .salts import shared
from .script import Script
from .shape import Case
from .silence import Silence
from .testlists import ROUGH, WHITE

if TYPE_CHECKING:
    from etabli.exam.tools.bench import Bench

ONE_FORGOTTEN = 1
"""A kind of hash that is never recognised costs `migration-bons`: odd passwords of the others are looked at all the same."""
KINDS_TOLD = 3
"""How many kinds of wrong passwords are told, each with what to look for; more are as many sentences, which nobody reads."""
IN_EXAMPLE = {"MD5": 1, "SHA-256 avec sel": 2, "bcrypt": 3}
"""The line of the example that has each kind of hash; the others have none."""
OWN_LINES = {"longs": "les longs mots de passe", "limites": "les mots de passe vides et accentués"}
"""The batches whose lines have few kinds of hash, in the words of their checks."""
BONS, MAUVAIS, EMPREINTES = "migration-bons", "migration-mauvais", "migration-empreintes"
NEVER_AS_IT_IS = "Une empreinte n'est jamais comparée telle quelle au mot de passe."
MARKED = (
    "N'enlevez rien devant ni derrière une empreinte : un « ! » ou une « * » y bloque un compte. Si sa forme entière n'est pas une des "
    "cinq, la réponse est false et null."
)
EACH_ALONE = "Chaque ligne se juge seule : cherchez ce que {path} garde d'une ligne à l'autre (un tableau, un compteur) ou regarde dans toute la liste, et retirez-le."
ITS_OWN = (
    "Cherchez ce qui répond true à la forme de l'empreinte ou à ses réglages : toute empreinte se vérifie avec le mot de passe "
    "reçu, les vôtres aussi."
)


class Migration:
    """A script that is tried, and what is expected of it.

    Args:
        path: In the submission.
        bench: Where it runs.
        cases: Hidden lines.
        draw: How each batch is given.
        source: Its text, for the lines that a failure names.
    """

    def __init__(self, path: str, bench: Bench, cases: Sequence[Case], draw: Draw, source: str = "") -> None:
        self._path = path
        self._lists = Lists(path, cases, draw)
        self._script = Script(path, source)
        self.runs = Runs(self._script, self._lists, bench)

    def expect_right_accepted(self) -> None:
        """Right passwords are accepted, for each kind of hash, whatever their signs and its settings."""
        wanted = "Un bon mot de passe est reconnu, quelle que soit l'ancienne empreinte."
        refused = [answer for answer in self.runs.right if not answer.ok]
        again = {answer.case for answer in self.runs.right if answer.ok} & self._lists.retried
        if refused and {answer.case for answer in refused} <= again:
            raise Failed(
                f"{self._path} refuse un bon mot de passe quand le même compte, dans la liste, en essaie aussi de mauvais (vu avec "
                f"{some(_schemes(refused, lambda _: False))}).",
                wanted,
                EACH_ALONE.format(path=self._path),
            )
        if refused and all({*ROUGH, "&"} & {*answer.case.mot_de_passe} for answer in refused):
            made = (
                "htmlspecialchars, strip_tags, addslashes" if self._script.php else "html.escape, replace, shlex.quote"
            )
            raise Failed(
                f"{self._path} refuse un bon mot de passe qui a une apostrophe, un guillemet, une barre oblique inverse et un signe "
                f"inférieur (vu avec {listed(_schemes(refused, lambda _: False))}).",
                "Un bon mot de passe est reconnu, quels que soient ses signes.",
                f"Cherchez ce qui change ces signes ({made}) et retirez-le : un mot de passe se prend tel qu'il est lu dans le JSON.",
            )
        if wrong := self._unknown:
            shapes = " ; ".join(self._recognised[one] for one in wrong)
            raise Failed(
                f"Dans {self._path}, le bon mot de passe est refusé pour {_told_forms(wrong)}.{self._by_heart}",
                wanted,
                f"{shapes[0].upper()}{shapes[1:]}. {self._trial(wrong)}{self._waiting(wrong)}",
            )
        others = [answer for answer in self.runs.back if answer.case.role == APART_MADE and answer.case.ok]
        if wrong := _schemes(others, lambda answer: answer.ok):
            raise Failed(
                f"Dans {self._path}, le bon mot de passe est refusé quand l'ancienne empreinte, {listed(wrong)}, a d'autres réglages que "
                "celles de vos exports.",
                wanted,
                "Reconnaissez l'empreinte à ses premiers signes seuls ($2y$, $argon2id$) : ce qui suit en dit les réglages, que "
                f"{'password_verify lit' if self._script.php else 'bcrypt.checkpw et la méthode verify lisent'} tout seuls.",
            )

    @property
    def _unknown(self) -> list[str]:
        """The kinds of hash of which a right password is refused: that a wrong one is refused too then shows nothing."""
        return _schemes(self.runs.right, lambda answer: answer.ok)

    @property
    def _argon(self) -> str:
        """What makes an Argon2id hash, in the language of the script."""
        return "PASSWORD_ARGON2ID" if self._script.php else "argon2.PasswordHasher"

    @property
    def _recognised(self) -> Mapping[str, str]:
        """What each kind of hash is recognised by and checked with, in the language of the script."""
        argon = "password_verify" if self._script.php else "la méthode verify d'argon2.PasswordHasher"
        return {
            "MD5": "MD5 a 32 chiffres hexadécimaux, calculés du mot de passe seul",
            "SHA-1": "SHA-1 a 40 chiffres hexadécimaux, calculés du mot de passe seul",
            "SHA-256 avec sel": "SHA-256 s'écrit sha256$sel$empreinte : collez le mot de passe après le sel, calculez le SHA-256 de "
            "ce texte, et comparez-le à cette empreinte",
            "bcrypt": f"bcrypt commence par $2 : {'password_verify' if self._script.php else 'bcrypt.checkpw'} le vérifie",
            "Argon2id": f"Argon2id commence par $argon2id$ : {argon} le vérifie",
        }

    def _trial(self, schemes: Sequence[str]) -> str:
        """On which line to try kinds of hash: one of the example first, where it has one."""
        lines = [f"la ligne {IN_EXAMPLE[one]} ({one})" for one in schemes if one in IN_EXAMPLE]
        own = "fabriquez une ligne, avec un mot de passe et un identifiant qui ne sont pas dans l'exemple."
        if not lines:
            return f"L'exemple n'en a pas : {own}"
        return f"Essayez d'abord, dans {EXAMPLE}, {listed(lines)} : true est attendu. S'il vient, {own}"

    def _waiting(self, unknown: Sequence[str]) -> str:
        """A sentence on what cannot be looked at before these kinds of hash are recognised."""
        named = {name: self._own(batch) for batch, name in OWN_LINES.items()}
        also = [name for name, schemes in named.items() if len(schemes & set(unknown)) > ONE_FORGOTTEN]
        these = "cette forme" if len(unknown) == 1 else "ces formes"
        wait = listed([f"les mauvais mots de passe de {these}", *also])
        return (
            f" Seront regardés ensuite {wait} : un refus ne prouve rien tant que le bon mot de passe est refusé aussi."
        )

    def _own(self, batch: str) -> set[str]:
        """The kinds of hash of a batch."""
        return {SCHEMES[case.scheme] for case in self._lists.batches[batch] if case.scheme}

    def _shown(self, *roles: str, batch: str) -> list[Answer]:
        """What it said of lines, but for right passwords of a kind that it never recognises: that they are refused shows nothing."""
        unknown = self._unknown
        return [
            one
            for one in self.runs.answers(*roles, batch=batch)
            if one.ok or not one.case.ok or one.scheme not in unknown
        ]

    def _expect_known(self, schemes: Collection[str], *, but: int = 0) -> None:
        """Right passwords of these kinds of hash are accepted, but for so many kinds: what refuses them all is told by
        `migration-bons`."""
        if len(lacking := [one for one in self._unknown if one in schemes]) > but:
            raise Failed(
                f"Le bon mot de passe est refusé pour {_told_forms(lacking)} : tant qu'il l'est, refuser un mauvais mot de passe ne prouve rien.",
                "Un bon mot de passe est reconnu.",
                because=[BONS],
            )

    @property
    def _by_heart(self) -> str:
        """Says which logins of the example get in with a wrong password; '' for none."""
        crowd = self.runs.answers("foule", batch=CROWD)
        logins = [login for login in EXAMPLES for answer in crowd if answer.ok and answer.case.login == login]
        if not logins or all(answer.ok for answer in crowd):
            return ""
        whose = f"l'identifiant {logins[0]}" if len(logins) == 1 else f"les identifiants {listed(logins)}"
        return f" Avec {whose}, un mauvais mot de passe est accepté."

    def expect_wrong_refused(self) -> None:
        """Wrong passwords are refused and get no new hash."""
        wanted = "Un mauvais mot de passe est refusé, et ne donne pas de nouvelle empreinte."
        answers = [answer for answer in self.runs.answers("mauvais", "foule", "releve", "encore") if not answer.case.ok]
        if self._by_heart and all(not answer.ok for answer in answers if answer.case.login not in EXAMPLES):
            look = "Ne regardez pas l'identifiant : seule l'empreinte décide."
            raise Failed(self._by_heart.strip(), wanted, look, because=[BONS])
        wrong = [answer for answer in answers if answer.ok]
        if wrong and all(answer.case.role == "encore" for answer in wrong):
            raise Failed(
                "Un mauvais mot de passe est accepté quand le même compte, dans la liste, l'a déjà essayé ou en a essayé plusieurs (vu avec "
                f"{some(_schemes(wrong, lambda _: False), 5)}).",
                wanted,
                EACH_ALONE.format(path=self._path),
            )
        if wrong and {answer.case.empreinte for answer in wrong} <= {case.empreinte for case in GIVEN}:
            raise Failed(
                f"Un mauvais mot de passe est accepté avec une empreinte de donnees/{EXAMPLE}.",
                wanted,
                "Changez une lettre d'un mot de passe de l'exemple : la réponse doit être false et null. Retirez du programme ce qui reconnaît "
                "les lignes de l'exemple.",
            )
        if wrong := [answer for answer in wrong if answer.case.role != "encore"]:
            seen = {*map(mistaken, wrong)}
            kinds = [kind for kind in LOOSE if kind in seen]
            told = [
                f"{LOOSE[kind]} (vu avec {_told_forms(_schemes([a for a in wrong if mistaken(a) == kind], lambda _: False))})"
                for kind in kinds
            ]
            remedies = self._remedies
            raise Failed(
                f"Un mauvais mot de passe est accepté : {some(told, KINDS_TOLD, ' ; ')}.",
                wanted,
                f"Ouvrez {self._path}. {' '.join(dict.fromkeys(remedies[kind] for kind in kinds[:KINDS_TOLD]))}",
                because=self._told_before(wrong),
            )
        odd = [
            a for batch in ("longs", "limites") for a in self.runs.said_of(batch) if not a.ok and a.case.role != "vide"
        ]
        refused = [*answers, *(answer for answer in odd if not answer.case.ok)]
        _expect(refused, lambda a: not a.new, "Un mauvais mot de passe donne une nouvelle empreinte pour", wanted)
        asked = self.runs.given_back("court", APART_MADE, "foule")
        if opened := {answer.case.role for answer in asked if answer.ok and not answer.case.ok}:
            where = (
                f"avec une empreinte que {self._path} a faite lui-même"
                if "court" in opened
                else "avec une empreinte Argon2id dont les réglages ne sont pas ceux de vos exports"
                if APART_MADE in opened
                else f"dans une liste où d'autres lignes ont des empreintes que {self._path} a faites"
            )
            raise Failed(
                f"Un mauvais mot de passe est accepté {where}.",
                wanted,
                f"{ITS_OWN} Essayez comme à la séance 6, point 4, avec un mot de passe court.",
            )
        self._expect_known(SCHEMES.values())

    def _told_before(self, wrong: Sequence[Answer]) -> list[str]:
        """The check that explains wrong answers: right passwords of their kind are refused, or new hashes are wrong."""
        unknown = self._unknown
        if all(answer.scheme in unknown for answer in wrong):
            return [BONS]
        return [EMPREINTES] if all(answer.ok and answer.case.ok for answer in wrong) else []

    @property
    def _remedies(self) -> Mapping[str, str]:
        """What to put right, by the kind of wrong password that is accepted, in the language of the script."""
        whole = "hash_equals" if self._script.php else "hmac.compare_digest"
        turns = "strtolower, strtoupper, strcasecmp" if self._script.php else "lower, upper, swapcase"
        cuts = "substr, strncmp" if self._script.php else "[:-1], startswith"
        case = f"Cherchez où les majuscules se perdent ou s'échangent ({turns}), et calculez la seule empreinte du texte reçu."
        part = f"Cherchez ce qui est coupé, ou comparé en partie ({cuts}) : le mot de passe et l'empreinte comptent en entier."
        return {
            "hash": f"{NEVER_AS_IT_IS} Cherchez où le mot de passe et l'empreinte sont comparés sans calcul, et retirez-le.",
            "zeros": f"Avec ==, PHP prend deux empreintes qui commencent par 0e pour le même nombre. Comparez avec {whole}."
            if self._script.php
            else f"Comparez des textes avec {whole} : ce ne sont pas des nombres.",
            "other": f"Calculez l'empreinte du mot de passe reçu, tel quel et en entier, et comparez-la en entier, avec {whole}.",
            "turned": case,
            "letter": case,
            "cut": part,
            "longer": part,
            "moved": "Cherchez ce qui essaie d'autres mots de passe que celui qui est reçu, ou ne garde que certains de ses signes : tous "
            f"comptent, dans leur ordre ({cuts}).",
        }

    def expect_new_hashes(self) -> None:
        """Each new hash is that of the password, with a salt of its own.

        It is that of no other: these passwords are shorter than what bcrypt reads.
        """
        tool = "password_hash" if self._script.php else "la méthode hash d'argon2.PasswordHasher (ou bcrypt.hashpw)"
        checker = "password_verify" if self._script.php else "argon2 ou bcrypt"
        wanted = f"Une nouvelle empreinte, salée, qui se vérifie avec {checker}."
        answers = [answer for answer in self.runs.right if answer.ok]
        if not answers:
            self._expect_known(SCHEMES.values())
        look = f"Dans {self._path}, rendez tel quel ce que donne {tool} pour le mot de passe reçu : le sel y est déjà tiré."
        _expect(answers, lambda a: bool(a.new), "Pas de nouvelle empreinte pour", wanted, look)
        if wrong := [answer for answer in answers if not verified(answer)]:
            odd = next((said for answer in wrong if (said := unread(answer.new or ""))), "")
            raise Failed(
                f"Dans {self._path}, la nouvelle empreinte ne vérifie pas le mot de passe pour "
                f"{_told_forms(_schemes(wrong, lambda _: False))}{f' : {odd}' if odd else ''}.",
                wanted,
                f"{look} Les réglages, les longs mots de passe et les accents se lisent dans cette empreinte : ces points attendent "
                "qu'elle se vérifie.",
            )
        twins = [answer.new for answer in self.runs.answers("jumeaux") if answer.ok]
        if len(set(twins)) < len(twins):
            raise Failed(
                "Deux comptes au même mot de passe reçoivent la même nouvelle empreinte.",
                wanted,
                f"Dans {self._path}, faites une empreinte pour chaque ligne, sans donner le sel vous-même : {tool} en tire un.",
            )
        again = [answer for answer in self.runs.back if answer.ok and not unread(answer.new or "")]
        made = [answer.new or "" for answer in (*answers, *self.runs.odd, *again)]
        if Counter(map(salt_of, made)).most_common(1)[0][1] > 1:
            whole = len({answer.new for answer in answers}) < len(answers)
            raise Failed(
                "Le même mot de passe, essayé deux fois, reçoit deux fois la même nouvelle empreinte."
                if whole
                else "Plusieurs nouvelles empreintes ont le même sel.",
                wanted,
                f"Dans {self._path}, ne calculez le sel ni à partir de la ligne, ni à partir de la liste : {tool} en tire un au hasard à chaque fois.",
            )
        if alike := shared(made):
            raise Failed(
                f"Les sels des nouvelles empreintes ne sont pas tirés en entier au hasard : {alike}.",
                wanted,
                f"Dans {self._path}, ne calculez aucune partie du sel à partir du mot de passe, de l'identifiant ou d'un texte fixe : on "
                f"verrait qui a le même mot de passe. Laissez {tool} en tirer un entier à chaque fois.",
            )
        own = [answer for answer in self.runs.back if answer.case.role != APART_MADE]
        if any(a.case.ok and not a.ok and a.scheme not in self._unknown for a in own):
            raise Failed(
                f"Une nouvelle empreinte, redonnée à {self._path} avec le bon mot de passe, est refusée.",
                "Le programme reconnaît aussi les empreintes qu'il fait.",
                "Mettez-la comme empreinte dans une ligne, et comparez sa forme ($2y$, $2b$, $argon2id$…) à celles que vous reconnaissez.",
            )
        migrated = self.runs.migrated
        if any(unread(answer.new or "") for answer in migrated) or (
            migrated and not verified(Draw(f"revenue|{self._lists.hand}".encode()).one(migrated))
        ):
            raise Failed(
                f"La nouvelle empreinte que donne {self._path} quand l'ancienne est déjà de l'Argon2id ou du bcrypt ne vérifie pas le mot "
                "de passe.",
                wanted,
                look,
            )

    def expect_parameters(self) -> None:
        """Algorithm and parameters are at or above OWASP's.

        OWASP Password Storage Cheat Sheet: Argon2id m = 19 MiB, t = 2; bcrypt 10 for legacy systems.
        """
        made = [*(answer for answer in self.runs.right if answer.ok), *self.runs.odd, *self.runs.migrated]
        weak = [(answer.new or "", weakness(answer.new or "")) for answer in made]
        weak = [(new, words) for new, words in weak if words]
        if weak:
            raise Failed(
                f"Dans {self._path}, pour {counted(len(weak), 'nouvelle empreinte', 'nouvelles empreintes')}, {weak[0][1]}.",
                "Argon2id (m ≥ 19456, t ≥ 2) ou bcrypt (coût ≥ 10).",
                f"Prenez plutôt Argon2id ({self._argon}) : il compte aussi ce qui dépasse 72 octets, et bcrypt non."
                if weak[0][0].startswith("$2")
                else None,
                at=self._script.makes,
            )

    def expect_long(self) -> None:
        """What stands after the 72nd byte counts, in the old hash and in the new one."""
        wanted = "Tout le mot de passe compte, même au-delà de 72 octets."
        answers = self._shown(batch="longs")
        if wrong := [answer for answer in answers if answer.ok is not answer.case.ok]:
            taken = next((answer for answer in wrong if answer.ok), None)
            said = f"confondu avec un autre qui commence pareil (vu avec {taken.scheme})" if taken else "refusé"
            raise Failed(
                f"Un mot de passe de {_size(taken or wrong[0])} est {said}.",
                wanted,
                because=[] if taken else self._told_before(wrong),
            )
        for right in (answer for answer in answers if answer.ok):
            size = _size(right)
            if not verified(right) and unread(right.new or ""):
                told = f"La nouvelle empreinte d'un mot de passe de {size} ne se lit pas : {unread(right.new or '')}."
                raise Failed(told, wanted, because=[EMPREINTES])
            if not verified(right) or confuses(right.case.mot_de_passe, right.case.other, right.new or ""):
                raise Failed(
                    f"La nouvelle empreinte ne garde que le début d'un mot de passe de {size}.",
                    wanted,
                    f"bcrypt ne lit que 72 octets. Dans {self._path}, faites la nouvelle empreinte en Argon2id ({self._argon}).",
                    at=self._script.makes,
                )
        if wrong := [
            answer for answer in self.runs.back if answer.case.role == "long" and answer.ok and not answer.case.ok
        ]:
            raise Failed(
                f"Avec la nouvelle empreinte d'un mot de passe de {len(wrong[0].case.other.encode())} octets, un autre, qui commence "
                "pareil, est accepté.",
                wanted,
                f"{ITS_OWN} Essayez comme à la séance 6, point 4.",
            )
        self._expect_known(self._own("longs"), but=ONE_FORGOTTEN)

    def expect_limits(self) -> None:
        """An empty password is refused; letters of the whole world are kept."""
        if wrong := _schemes(self.runs.answers("vide", batch="limites"), lambda a: not a.ok and not a.new):
            raise Failed(
                f"Un mot de passe vide est accepté (essayé avec {listed(wrong)}).",
                "Un mot de passe vide est toujours refusé, quelle que soit l'empreinte.",
                f"Dans {self._path}, avant de regarder la forme de l'empreinte : si le mot de passe est vide, répondez "
                "false et null.",
            )
        accented = self._shown("unicode", batch="limites")
        if taken := [answer for answer in accented if answer.ok and not answer.case.ok]:
            raise Failed(
                f"Un mauvais mot de passe accentué est accepté (vu avec {listed(_schemes(taken, lambda _: False))}).",
                "Les lettres du monde entier comptent toutes, accents compris.",
                f"Dans {self._path}, n'enlevez ni accent ni lettre : calculez l'empreinte du mot de passe reçu, en UTF-8, et comparez-la "
                "en entier.",
                because=self._told_before(taken),
            )
        if odd := [answer for answer in accented if not rightly(answer)]:
            raise Failed(
                f"Un mot de passe accentué n'est pas reconnu pour {_told_forms(_schemes(odd, lambda _: False))}.",
                "Les lettres du monde entier, en UTF-8.",
                f"Dans {self._path}, ne convertissez pas le mot de passe : lisez-le en UTF-8, gardez ses accents.",
                because=self._told_before(odd),
            )
        if odd := [answer for answer in self._shown("espaces", batch="limites") if not rightly(answer)]:
            cut_by = "trim, ltrim ni rtrim" if self._script.php else "strip, lstrip, rstrip ni split"
            ends = {sign for one in odd for sign in (one.case.mot_de_passe[:1], one.case.mot_de_passe[-1:])}
            raise Failed(
                "Un espace au début ou à la fin d'un mot de passe, ou entre deux mots, ne compte pas (vu avec "
                f"{listed([told for sign, told in WHITE.items() if sign in ends])}) : c'est un autre mot de passe.",
                "Un mot de passe est pris tel quel : ses espaces comptent, au début et à la fin, et tous ceux du milieu.",
                f"Dans {self._path}, n'enlevez aucun espace du mot de passe : pas de {cut_by}.",
                because=self._told_before(odd),
            )
        self._expect_known(self._own("limites"), but=ONE_FORGOTTEN)

    def expect_robust(self) -> None:
        """A hash that cannot be read is refused, and the next line is treated."""
        wrong = [answer for answer in self.runs.answers("abime", batch="abimes") if answer.ok or answer.new]
        if wrong:
            sent = list(dict.fromkeys(unreadable(answer.case) for answer in wrong))
            told = "est acceptée" if any(answer.ok for answer in wrong) else "donne une nouvelle empreinte"
            itself = UNREADABLE_ITSELF in sent
            raise Failed(
                f"Une empreinte illisible {told} : {listed(sent, mark=' ; ')}.",
                "Une empreinte illisible donne ok : false, sans nouvelle empreinte.",
                f"Ouvrez {self._path}. {NEVER_AS_IT_IS} Si sa forme n'est pas une des cinq, la réponse est false et null."
                if itself
                else f"Ouvrez {self._path}. {MARKED}"
                if any(map(marked, (answer.case for answer in wrong)))
                else f"Ouvrez {self._path}. {self._remedies['cut']}"
                if all(answer.case.scheme for answer in wrong)
                else None,
            )
        if any(answer.ok or answer.new for answer in self.runs.answers("sel", batch="abimes")):
            raise Failed(
                "Un mauvais mot de passe est accepté quand le sel de SHA-256 n'est pas fait de 16 chiffres hexadécimaux.",
                "Un mauvais mot de passe est refusé, et ne donne pas de nouvelle empreinte.",
                f"Ouvrez {self._path}. Le sel est le texte entre les deux $, long ou court : calculez le SHA-256 de ce texte et du "
                "mot de passe, collés, et comparez-le en entier. Une forme inconnue donne false et null.",
            )
        if taken := {answer.scheme for answer in self.runs.answers("foule", batch="abimes") if answer.ok or answer.new}:
            ordinary = self.runs.answers("mauvais", "foule", "releve", "encore")
            raise Failed(
                "Un mauvais mot de passe est accepté dans une liste qui a des empreintes illisibles.",
                "Chaque ligne se juge seule : une empreinte illisible ne change rien aux autres lignes.",
                f"Ouvrez {self._path}. Avant chaque ligne, la réponse est false et null : ne gardez rien de la ligne d'avant.",
                because=[MAUVAIS] if taken <= {one.scheme for one in ordinary if one.ok and not one.case.ok} else [],
            )
        unknown = self._unknown
        known = [answer for answer in self.runs.answers("bon", batch="abimes") if answer.scheme not in unknown]
        if not known:
            self._expect_known(SCHEMES.values())
        if not all(answer.ok for answer in known):
            raise Failed(
                "Après une empreinte illisible, un bon mot de passe est refusé.", "La ligne suivante est traitée."
            )

    def expect_silent(self) -> None:
        """Nothing is written beside the answers, and nothing left."""
        Silence(self.runs).expect_silent()


def _size(answer: Answer) -> str:
    """How long a password is, for a sentence."""
    letters, octets = len(answer.case.mot_de_passe), len(answer.case.mot_de_passe.encode())
    return f"{octets} octets" if letters == octets else f"{letters} caractères, soit {octets} octets"


def _told_forms(schemes: Sequence[str]) -> str:
    """Kinds of hash for the end of a sentence."""
    return "les cinq formes" if set(SCHEMES.values()) <= set(schemes) else some(schemes, 5)


def _schemes(answers: Sequence[Answer], holds: Callable[[Answer], bool]) -> list[str]:
    """The old hashes for which it does not hold."""
    return list(dict.fromkeys(answer.scheme for answer in answers if not holds(answer)))


def _expect(
    answers: Sequence[Answer], holds: Callable[[Answer], bool], observed: str, expected: str, look: str | None = None
) -> None:
    if wrong := _schemes(answers, holds):
        raise Failed(f"{observed} {_told_forms(wrong)}.", expected, look)
