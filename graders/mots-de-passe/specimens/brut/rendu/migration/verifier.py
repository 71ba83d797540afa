"""Lit des lignes JSON {login, mot_de_passe, empreinte} et écrit {ok, nouvelle_empreinte}."""
import hashlib
import hmac
import json
import re
import sys

import argon2
import bcrypt

HACHEUR = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def reconnu(mot_de_passe, empreinte):
    octets = mot_de_passe.encode("utf-8")
    if not octets:
        return False
    if re.fullmatch(r"[0-9a-f]{32}", empreinte):
        return hmac.compare_digest(hashlib.md5(octets).hexdigest(), empreinte)
    if re.fullmatch(r"[0-9a-f]{40}", empreinte):
        return hmac.compare_digest(hashlib.sha1(octets).hexdigest(), empreinte)
    sale = re.fullmatch(r"sha256\$([0-9a-f]+)\$([0-9a-f]{64})", empreinte)
    if sale:
        return hmac.compare_digest(hashlib.sha256(sale[1].encode() + octets).hexdigest(), sale[2])
    try:
        if empreinte.startswith("$argon2"):
            return HACHEUR.verify(empreinte, octets)
        return bcrypt.checkpw(octets, empreinte.encode())
    except (ValueError, argon2.exceptions.VerificationError, argon2.exceptions.InvalidHash):
        return False


def repondre(ligne):
    recu = json.loads(ligne)
    ok = reconnu(recu["mot_de_passe"], recu["empreinte"])
    nouvelle = HACHEUR.hash(recu["mot_de_passe"]) if ok else None
    return {"ok": ok, "nouvelle_empreinte": nouvelle}


def main():
    sys.stdin.reconfigure(encoding="utf-8")
    for ligne in sys.stdin:
        print(json.dumps(repondre(ligne)))


if __name__ == "__main__":
    main()
