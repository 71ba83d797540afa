"""The tools of the image `audit`, as a student or a check runs them: no network, nothing written but /tmp."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import argon2
import bcrypt
import pytest

from etabli.lab.manifest import load_lab
from etabli.lab.variant import Purpose, Seat, make_variant
from etabli.sandbox import images

FENCED = ["--network=none", "--read-only", "--tmpfs=/tmp:mode=1777,size=64m", "--cap-drop=ALL"]
FENCED += ["--security-opt=no-new-privileges", "--pids-limit=64", "--memory=384m"]
LEAKED = hashlib.sha1(b"Piolet1999").hexdigest().upper()


def docker(*words: str, stdin: str = "", timeout: float = 600) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["docker", *words], input=stdin, capture_output=True, text=True, timeout=timeout, check=False)


class Terminal:
    """A container that serves as the workspace's terminal does."""

    def __init__(self, work: Path, data: Path) -> None:
        mounts = [f"--volume={work}:/srv/app", f"--volume={data}:/srv/donnees:ro"]
        self.name = docker("run", "--detach", *FENCED, *mounts, images.tag("audit")).stdout.strip()
        assert self.name

    def run(self, line: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return docker("exec", "-i", self.name, "bash", "-c", line, stdin=stdin)

    def say(self, line: str, stdin: str = "") -> str:
        done = self.run(line, stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("audit")


@pytest.fixture(scope="module")
def terminal(folder: Path) -> Iterator[Terminal]:
    work, data = folder / "rendu", folder / "donnees"
    work.mkdir()
    data.mkdir()
    work.chmod(0o777)
    stored = {
        "a.md5": hashlib.md5(b"Piolet1999").hexdigest(),
        "b.sha1": hashlib.sha1(b"Piolet1999").hexdigest(),
        "c.sha256": f"sha256$sel${hashlib.sha256(b'selcorde-58').hexdigest()}",
        "d.bcrypt": bcrypt.hashpw(b"Piolet1999", bcrypt.gensalt(5)).decode(),
        "e.argon": argon2.PasswordHasher(memory_cost=1024, time_cost=1).hash("E.argon12!"),
        "f.solide": hashlib.md5(b"jamais-dans-une-liste").hexdigest(),
        "g.vide": "",
    }
    rows = "".join(f"{login};Chloé Évrard-Roc;{hash_}\r\n" for login, hash_ in stored.items())
    (data / "club.csv").write_bytes(f"\ufeffcompte;titulaire;empreinte\r\n{rows}".encode())
    (data / "fuites.txt").write_text(f"{LEAKED}:42\n{'0' * 40}:7\n", "ascii")
    (data / "mots.txt").write_text("corde\nPiolet1999\ncorde-58\nE.argon12!\n", "utf-8")
    john = "".join(f"{login}:{stored[login]}\n" for login in ("d.bcrypt",))
    (data / "john.txt").write_text(john, "utf-8")
    terminal = Terminal(work, data)
    try:
        yield terminal
    finally:
        docker("rm", "--force", terminal.name)


# -- guessing without ever showing


def test_trying_tells_the_accounts_and_never_a_password(terminal: Terminal) -> None:
    done = terminal.run("essayer donnees/club.csv < donnees/mots.txt")
    lines = done.stdout.splitlines()
    assert lines[0] == "compte;système;longueur;score;fuites;groupe"
    found = {line.split(";")[0]: line.split(";")[1:] for line in lines[1:]}
    assert set(found) == {"a.md5", "b.sha1", "c.sha256", "d.bcrypt", "e.argon"}
    assert found["a.md5"][0] == "club" and found["a.md5"][1] == "10" and found["a.md5"][3] == "42"
    assert found["a.md5"][4] == found["b.sha1"][4] == found["d.bcrypt"][4] == "1", "the same word: one group"
    assert found["c.sha256"][3:] == ["0", ""]
    assert "4 mots, 6 comptes, 5 devinés" in done.stderr
    for secret in ("Piolet1999", "corde-58", "E.argon12!"):
        assert secret not in done.stdout + done.stderr


def test_slow_hashes_are_spared_what_they_cannot_bear(terminal: Terminal) -> None:
    words = "\n".join([*(f"mot{number}" for number in range(30)), "E.argon12!"])
    personal = terminal.run("essayer --lents 3 donnees/club.csv", words)
    assert "e.argon;" in personal.stdout, "a word that speaks of the account is tried wherever it stands"
    far = terminal.run("essayer --lents 3 donnees/club.csv", "\n".join([*(f"mot{n}" for n in range(9)), "Piolet1999"]))
    assert "d.bcrypt;" in far.stdout, "what was right elsewhere is tried too"


def test_argon_is_the_one_of_this_processor(terminal: Terminal) -> None:
    """Hashes of Python and PHP are those of everybody's library; where there is AVX2, a faster one makes them."""
    loaded = terminal.say(
        'python3 -c \'import argon2; print(argon2.PasswordHasher(2, 64, 1).hash("corde"));'
        ' print(open("/proc/self/maps").read())\''
    )
    assert ("glibc-hwcaps/x86-64-v3/libargon2.so" in loaded) is (" avx2 " in Path("/proc/cpuinfo").read_text("utf-8"))
    made = terminal.say('php -r \'echo password_hash("corde", PASSWORD_ARGON2ID, ["memory_cost" => 64]);\'')
    for stored in (loaded.split()[0], made):
        assert argon2.PasswordHasher().verify(stored, "corde")


def test_words_come_from_names_logins_and_seasons(terminal: Terminal) -> None:
    words = terminal.say("mots donnees/club.csv Grimpeurs").split()
    assert {"chloe", "evrard", "roc", "evrardroc", "argon", "grimpeurs", "hiver", "printemps"} <= set(words)
    assert len(words) == len(set(words))


def test_john_makes_what_an_office_makes_of_a_word(terminal: Terminal) -> None:
    made = terminal.say("printf 'roc\\n' > /tmp/un.txt; john --wordlist=/tmp/un.txt --rules --stdout").split()
    for one in ("Roc#2024", "roc1987", "Roc75!", "roc24*", "Roc2023$", "roc@2026", "Roc*a34", "roc*482", "Roc@9675"):
        assert one in made
    assert len(made) < 10_000, "seconds, not hours"


def test_john_finds_a_bcrypt_and_only_the_account_is_shown(terminal: Terminal) -> None:
    line = "john --wordlist=donnees/mots.txt donnees/john.txt > /dev/null 2>&1; john --show donnees/john.txt"
    assert terminal.say(f"{line} | cut -d: -f1").splitlines()[0] == "d.bcrypt"


# -- the leak list


def test_a_range_is_asked_for_and_the_suffix_compared_here(terminal: Terminal) -> None:
    said = terminal.say(f"fuite {LEAKED}")
    assert f"Envoyé : {LEAKED[:5]} (5 caractères sur 40)" in said and "42 fois" in said
    assert "Absent" in terminal.say(f"fuite {'1' * 40}")
    assert terminal.say("fuite donnees/club.csv") == "club;b.sha1;42\n"


@pytest.mark.parametrize(
    ("path", "status"), [(f"/range/{LEAKED[:5]}", 200), ("/range/0000", 400), ("/../etc/passwd", 400), ("/", 400)]
)
def test_the_range_server_answers_as_the_real_one(terminal: Terminal, path: str, status: int) -> None:
    code = (
        "import http.client as h; c=h.HTTPConnection('127.0.0.1',8181); "
        f"c.request('GET',{path!r}); r=c.getresponse(); print(r.status); print(r.read().decode())"
    )
    lines = terminal.say(f'python3 -c "{code}"').split()
    assert lines[0] == str(status)
    if status == 200:
        assert lines[1:] == [f"{LEAKED[5:]}:42"]


def test_padding_hides_how_many_there_are(terminal: Terminal) -> None:
    code = (
        "import http.client as h; c=h.HTTPConnection('127.0.0.1',8181); "
        "c.request('GET','/range/ABCDE',headers={'Add-Padding':'true'}); print(c.getresponse().read().decode())"
    )
    lines = terminal.say(f'python3 -c "{code}"').split()
    assert len(lines) >= 20 and all(len(line) == 37 and line.endswith(":0") for line in lines)


# -- the policy


def test_pwscore_and_politique_obey_the_policy_of_the_work_folder(terminal: Terminal, folder: Path) -> None:
    assert terminal.run("politique", "x\n").returncode == 2
    (folder / "rendu" / "pwquality.conf").write_text("minlen = 12\nbadwords = escalade\n", "utf-8")
    said = terminal.say("politique --json", "Escalade.2031-Mur!\ncourt7!\nMousqueton-brume-58-chamois-lampe-sifflet\n")
    answers = [json.loads(line) for line in said.splitlines()]
    assert [answer["ok"] for answer in answers] == [False, False, True]
    assert "forbidden words" in answers[0]["motif"] and answers[2]["score"] == 100
    assert terminal.run("pwscore", "Escalade.2031-Mur!\n").returncode == 1
    assert terminal.run("pwscore", "Mousqueton-brume-58-chamois-lampe-sifflet\n").returncode == 0
    named = terminal.say("politique --utilisateur g.piton", "G.piton-2031-Murs!\n")
    assert "contains the user name" in named
    assert terminal.run("pwmake 96 > /tmp/essai.txt && politique < /tmp/essai.txt").stdout.count("accepté") == 1


def test_what_the_aides_say_of_libpwquality_is_true(terminal: Terminal, folder: Path) -> None:
    conf = folder / "rendu" / "pwquality.conf"
    conf.write_text("minlen = 8\nbadwords = falaise\nbadwords = piolet\n", "utf-8")
    twice = terminal.say("politique", "Falaise.2031-Neige!\nPiolet2031-Roc!\nxPIOLETx.99=Bois\n").splitlines()
    assert ["refusé" in line for line in twice] == [False, True, True]
    for setting in ("maxclassrepeat = 3", "difok = 60"):
        conf.write_text(f"minlen = 8\n{setting}\n", "utf-8")
        assert "refusé" in terminal.say("politique", "Mousqueton-brume-58-chamois-lampe-sifflet\n"), setting
    conf.write_text("minlen = 8\ndifok = 10\n", "utf-8")
    assert "accepté" in terminal.say("politique", "Mousqueton-brume-58-chamois-lampe-sifflet\n")


def test_zxcvbn_is_there(terminal: Terminal) -> None:
    code = "from zxcvbn import zxcvbn; print(zxcvbn('azerty', user_inputs=['azerty'])['score'])"
    assert terminal.say(f'python3 -c "{code}"').strip() == "0"
    assert "--user-input" in terminal.say("zxcvbn --help")


# -- the terminal and the bench


def test_the_charter_is_acknowledged_once(terminal: Terminal, folder: Path) -> None:
    charter = folder / "rendu" / "charte.txt"
    charter.write_text("CHARTE\n", "utf-8")
    charter.chmod(0o666)
    refused = terminal.run("terminal true", "non\n")
    assert refused.returncode == 1 and "relisez le mandat" in refused.stdout
    assert charter.read_text("utf-8") == "CHARTE\n"
    assert terminal.run("terminal echo bonjour", "oui\n").stdout.endswith("bonjour\n")
    assert charter.read_text("utf-8").count("Lu et accepté le ") == 1
    assert terminal.run("terminal echo bonjour").stdout == "bonjour\n"
    charter.unlink()


def test_the_terminal_reaches_nobody_and_changes_no_data(terminal: Terminal) -> None:
    assert terminal.run("echo x > donnees/club.csv").returncode != 0
    code = "import socket; socket.create_connection(('192.0.2.1', 80), 2)"
    assert "Network is unreachable" in terminal.run(f'python3 -c "{code}"').stderr
    assert terminal.say("id -u").strip() == "1000"


def test_the_bench_feeds_the_input_that_it_is_given(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / ".entree").write_bytes(b"bonjour\n")
    mount = f"--volume={tmp_path}:/banc:ro"
    assert docker("run", "--rm", *FENCED, mount, images.tag("audit"), "banc", "cat").stdout == "bonjour\n"
    assert docker("run", "--rm", *FENCED, images.tag("audit"), "banc", "cat").stdout == ""
    php = "echo password_verify('é', password_hash('é', PASSWORD_ARGON2ID)) ? 'oui' : 'non';"
    assert docker("run", "--rm", *FENCED, images.tag("audit"), "banc", "php", "-r", php).stdout == "oui"


# -- on the lab's own data


@pytest.mark.long
@pytest.mark.parametrize("number", range(2))
def test_everything_cheap_to_guess_is_found_in_seconds(number: int, tmp_path: Path) -> None:
    variant = make_variant(Seat(load_lab("mots-de-passe"), f"sno-{number}"), bytes(32), Purpose.ATELIER)
    work, data = tmp_path / "rendu", tmp_path / "donnees"
    work.mkdir()
    for name, content in variant.files().items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(content)
    made, facts = variant.data["organisation"], variant.data
    terminal = Terminal(work, data)
    try:
        line = (
            "essayer --lents 0 donnees/intranet.csv < donnees/mots-frequents.txt; "
            f"mots donnees/intranet.csv donnees/messagerie.csv {made['short']} {made['town_word']} > /tmp/mots.txt; "
            "john --wordlist=/tmp/mots.txt --rules --stdout 2>/dev/null | essayer --lents 0 donnees/intranet.csv"
        )
        found = {row.split(";")[0] for row in terminal.say(line).splitlines() if ";intranet;" in row}
    finally:
        docker("rm", "--force", terminal.name)
    slow = ("$2", "$argon2")
    weak = {"fuite", "identifiant", "organisation", "saison"}
    planted = {
        finding["account"]
        for finding in facts["findings"]
        if finding["system"] == "intranet" and finding["kind"] in weak
        if not facts["hashes"][f"{finding['account']}@intranet"].startswith(slow)
    }
    assert planted and found == planted
