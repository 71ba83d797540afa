"""Runs on the bench: libpwquality, with the candidate's settings alone, tries each password, then as a change from
another one where it is given one.

Prints a line of JSON when it is ready, before it reads anything of the candidate's, then one with its answer: what
goes wrong in between is theirs.

python3 -I /banc/essai_politique.py        inputs: /banc/pwquality.conf, /banc/essais.json
"""

import json
import sys


def main() -> None:
    import pwquality

    settings = pwquality.PWQSettings()
    with open("/banc/essais.json", encoding="utf-8") as stream:
        tries = json.load(stream)
    print(json.dumps({"ready": len(tries)}), flush=True)
    try:
        settings.read_config("/banc/pwquality.conf")
    except pwquality.PWQError as problem:
        sys.exit(print(json.dumps({"unread": str(problem.args[1])})))
    refusals = []
    for password, user, former in tries:
        try:
            for old in dict.fromkeys((None, former)):
                settings.check(password, old, user)
            refusals.append("")
        except pwquality.PWQError as refusal:
            refusals.append(str(refusal.args[1]))
    print(json.dumps({"refusals": refusals}))


if __name__ == "__main__":
    main()
