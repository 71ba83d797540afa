"""Trying words on accounts, and what may be told of it: how each password was found, never the password."""

import hashlib
from collections import defaultdict

from empreintes import SLOW, kind, matches, salted

_TARGETED = 4


class Essais:
    """Accounts still to be found, and those that are."""

    def __init__(self, accounts):
        self.accounts = list(accounts)
        self.found = {}
        """Account → the word, which stays in this program."""
        self._plain = {"md5": defaultdict(list), "sha1": defaultdict(list)}
        self._salted = defaultdict(dict)
        for account in self.accounts:
            name = kind(account.stored)
            if name in self._plain:
                self._plain[name][account.stored.lower()].append(account)
            elif name == "sha256":
                salt, digest = salted(account.stored)
                self._salted[salt].setdefault(digest, []).append(account)

    def fast(self, words):
        """Tries words on everything that is cheap to try; one digest serves all accounts without salt."""
        md5, sha1, sha256 = hashlib.md5, hashlib.sha1, hashlib.sha256
        plain = [(make, self._plain[name]) for name, make in (("md5", md5), ("sha1", sha1)) if self._plain[name]]
        begun = [(sha256(salt), digests) for salt, digests in self._salted.items()]
        for word in words:
            raw = word.encode()
            for make, digests in plain:
                digest = make(raw).hexdigest()
                if digest in digests:
                    self._keep(digests[digest], word)
            for state, digests in begun:
                hasher = state.copy()
                hasher.update(raw)
                digest = hasher.hexdigest()
                if digest in digests:
                    self._keep(digests[digest], word)

    def _keep(self, accounts, word):
        for account in accounts:
            self.found.setdefault(account, word)

    def slow(self, words, limit):
        """Tries on the dear ones what was found elsewhere, then the words that speak of the account, then the first."""
        known = list(dict.fromkeys(self.found.values()))
        for account in self.accounts:
            if kind(account.stored) not in SLOW or account in self.found:
                continue
            login = "".join(filter(str.isalnum, account.login.lower()))
            parts = [part for part in account.login.lower().replace("-", ".").split(".") if len(part) >= _TARGETED]
            personal = [word for word in words if any(part in word.lower() for part in (*parts, login) if part)]
            for word in dict.fromkeys((*known, *personal[: 2 * limit], *words[:limit])):
                if matches(word, account.stored):
                    self.found[account] = word
                    break

    def groups(self):
        """Returns account → number of the group of accounts that have the very same password, when there are two."""
        by_word = defaultdict(list)
        for account, word in self.found.items():
            by_word[word].append(account)
        shared = sorted((group for group in by_word.values() if len(group) > 1), key=lambda group: group[0].login)
        return {account: number for number, group in enumerate(shared, 1) for account in group}
