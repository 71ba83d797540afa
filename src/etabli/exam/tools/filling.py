"""Forms in the browser: find a field as a person would, fill it, send it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from etabli.exam.contract.causes import Cause, failed
from etabli.exam.contract.check import Failed
from etabli.exam.contract.values import Button, Field, Form, Pressable
from etabli.exam.contract.words import best_match, fold
from etabli.exam.tools.scripts import source
from etabli.exam.tools.still import asked_each_time
from etabli.exam.tools.visit import Ready, Spot, Visit, form_kind

_PROBLEMS = {"missing": Cause.MOVED, "unusable": Cause.UNUSABLE}


@dataclass(frozen=True)
class Hand:
    """What only a hand does: a click, then keys."""

    spot: Spot | None
    keys: list[str]
    step: int
    """How far the field is by then."""


@dataclass(frozen=True)
class Filled:
    """How far the fields of a form were filled."""

    problems: list[str | None]
    hand: Hand | None
    """What the next one asks for."""


@dataclass(frozen=True)
class Asked:
    """What a form asks the server for."""

    address: str
    """'' where the browser is to send it by itself."""
    body: str | None
    """None by GET."""


class Filling(Visit):
    """The hands of a visitor on forms."""

    def forms(self) -> list[Form]:
        """The forms in page order; controls outside of any form come last, as ``Form(index=-1)``."""
        with self._recorder.action("page", "forms") as note:
            found = self._look(list[Form], source("forms"))
            note.result = str(len(found))
            return found

    def find_field(self, label: str, form: Form | None = None) -> Field | None:
        """The field that a visitor would call `label`, or None.

        By label, then aria-label, then placeholder, then field name; case, accents, punctuation and ``*``
        do not count; visible fields come first.
        """
        fields = [item for one in ([form] if form else self.forms()) for item in one.entries]
        return best_match(label, [item for item in fields if item.visible]) or best_match(label, fields)

    def field(self, label: str, form: Form | None = None) -> Field:
        """Like `find_field`.

        Raises:
            Failed: There is no such field.
        """
        found = self.find_field(label, form)
        if found is None:
            raise failed(Cause.MISSING, f"champ « {label} »")
        return found

    def fill(self, field: Field | str, value: str | bool) -> None:
        """Gives a value to a field, as a visitor would.

        A date control takes ``2026-03-09`` or ``09/03/2026``; select and radios go by visible text, then by
        value, ``""`` being the empty choice; a checkbox takes True or False; a number takes a comma. What the
        control itself would refuse (letters in a number, a text that is too long) is sent all the same,
        since a control protects no server.

        Example:
            page.fill("Prix", "12,50")

        Raises:
            Failed: No such field or choice, or it is disabled.
        """
        target = self.field(field) if isinstance(field, str) else field
        self._fill([(target, value)])

    def fill_each(self, pairs: Sequence[tuple[Field, str | bool]]) -> None:
        """Gives values to fields one after the other, as `fill` does."""
        if pairs and self._still():  # nothing that is typed changes the next field
            self._fill(pairs)
            return
        for pair in pairs:
            self._fill([pair])

    def fill_all(self, values: Mapping[str, str | bool], form: Form | None = None) -> None:
        """Fills several fields by label, all in one script.

        Example:
            page.fill_all({"Nom": "Lampe", "Rayon": "Maison", "Date d'entrée": "2026-03-09"})
        """
        fields = [item for one in ([form] if form else self.forms()) for item in one.entries]
        pairs = []
        for label, value in values.items():
            found = best_match(label, [item for item in fields if item.visible]) or best_match(label, fields)
            if found is None:
                raise failed(Cause.MISSING, f"champ « {label} »")
            pairs.append((found, value))
        self._fill(pairs)

    def _fill(self, pairs: Sequence[tuple[Field, str | bool]]) -> None:
        shown = ", ".join(f"{item.label or item.name}={value}" for item, value in pairs)
        with self._recorder.action("page", "fill", shown):
            given = [[item.form, item.index, item.name, value] for item, value in pairs]
            done, step, unheard = 0, 0, self._still()
            keys = not unheard and self._hears_keys()
            while done < len(pairs):
                said = self._ask(Filled, "fill", given, done, step, unheard, keys)
                for (item, value), problem in zip(pairs[done:], said.problems, strict=False):
                    if problem:
                        raise _refused(item, value, problem)
                done += len(said.problems)
                if said.hand is None:
                    return
                self._use(said.hand)
                step = said.hand.step
                if self._browser.tab.loading:  # the field sends its form by itself
                    return

    def _hears_keys(self) -> bool:
        with self._recorder.wait(), self._browser.guard(""):
            return self._browser.tab.hears_keys()

    def _use(self, hand: Hand) -> None:
        with self._recorder.wait(), self._browser.guard(""):
            if hand.spot:
                self._browser.tab.click(hand.spot.x, hand.spot.y, hand.spot.wide, hand.spot.high)
            self._browser.tab.press(hand.keys)

    def submit(
        self,
        form: Form | Field | str,
        button: Button | str | None = None,
        *,
        novalidate: bool = True,
        accept_dialog: bool = False,
        enter: Field | None = None,
    ) -> None:
        """Clicks the button that sends a form, or presses Enter in one of its fields, and waits for the answer.

        Args:
            form: The form, one of its fields, or a field's label.
            button: Its accessible name when there are several; the first one otherwise. A form without
                button is sent as by the Enter key.
            novalidate: The browser's own checks are off, so that the server's are seen.
            accept_dialog: Say OK to a ``confirm()`` that the click opens; a dialog is `Failed` otherwise.
            enter: The field in which Enter is pressed in place of the click. The browser then takes the first button
                of the form, by GET even one that nobody sees; where that is another one, or Enter does nothing, it
                is the click after all.

        Raises:
            Failed: No such form or button, no answer, a dialog …
        """
        target = self._of(form)
        with self._recorder.action("page", "submit", button if isinstance(button, str) else target.action) as note:
            number, token = self._button(target, button), self._token()
            if enter and self._entered(target, number, enter, novalidate, token):
                note.result = f"Entrée {self._here()}"
                return
            ready = self._ask(Ready, "press", target.index, number, novalidate, token)
            if ready.missing:
                raise failed(Cause.MOVED, "formulaire")
            free = ready.spot is not None and ready.spot.x >= 0
            asked = self._ask(Asked, "query", target.index, number) if free and self._still() else Asked("", None)
            if asked.address and self._brought(asked, target.action):
                note.result = self._had(target.action, guessed=False)
                return
            if free and self._still():
                press = partial(self._browser.tab.run, by_hand=True)
                self._run(type(None), press, source("pressed"), target.index, number)
            elif ready.spot is not None:
                self._click(ready.spot, "bouton d'envoi", accept_dialog=accept_dialog)
            elif target.index >= 0:
                self._ask(type(None), "enter", target.index)
            else:
                raise failed(Cause.MISSING, "bouton d'envoi")
            note.result = self._leave(token, target.action)
            self._learn(asked)

    def _learn(self, asked: Asked) -> None:
        """Looks whether what came of a form, which the browser has sent by itself, may be given the next time."""
        if asked.body is not None:
            self._browser.kinds[form_kind(asked.address)] = self._still() and asked_each_time(
                self._browser.tab.document.headers
            )
        elif asked.address:
            self._compare()

    def _entered(self, form: Form, button: int, field: Field, novalidate: bool, token: str) -> bool:
        """Presses Enter in a field of a form; says whether that has sent it."""
        if form.index < 0 or not self._ask(bool, "implicit", form.index, button, field.index, novalidate, token):
            return False
        asked = self._ask(Asked, "query", form.index, 0) if self._still() else Asked("", None)
        if asked.address and self._brought(asked, form.action):
            self._had(form.action, guessed=False)
            return True
        with self._recorder.wait(), self._browser.guard(form.action):
            self._browser.tab.press(["Enter"])
        self._leave(token, form.action)
        state = self._state()
        sent = state.token != token or state.sent is not None
        if sent:
            self._learn(asked)
        return sent

    def _brought(self, asked: Asked, what: str) -> bool:
        """Gives the tab the page to which a form leads; says whether it did."""
        with self._recorder.wait(), self._browser.guard(what):
            return self._inside(asked.address) and self._given(asked.address, asked.body)

    def submit_twice(self, form: Form | Field | str, button: Button | str | None = None) -> None:
        """Sends the same form twice with the same content, then waits for the answer.

        The first sending is complete before the second starts. A form that a script sends by itself gets a
        double click instead.
        """
        target = self._of(form)
        with self._recorder.action("page", "submit_twice", target.action) as note:
            number, token = self._button(target, button), self._token()
            self._ask(Ready, "press", target.index, number, True, token)
            kind = self._ask(str, "twice", target.index, number)
            if kind == "page":
                self._ask(type(None), "resend", target.index, number)
                self._leave(token, target.action)
            else:
                self.settle()
            note.result = f"{kind} {self._here()}"

    def pressables(self) -> list[Pressable]:
        """What can be pressed on the page as it is now: buttons, ``<summary>``, links without address."""
        with self._recorder.action("page", "pressables") as note:
            found = self._look(list[Pressable], source("pressables"))
            note.result = str(len(found))
            return found

    def push(self, target: Pressable, *, accept_dialog: bool = False) -> None:
        """Presses it, and waits for what comes of it: another page, or nothing.

        Raises:
            Failed: It is no longer there, or a dialog opens.
        """
        with self._recorder.action("page", "push", target.name) as note:
            spot = self._ask(Ready, "push", target.index, target.name, token := self._token()).spot
            if spot is None:
                raise failed(Cause.MISSING, f"bouton « {target.name} »")
            self._click(spot, f"bouton « {target.name} »", accept_dialog=accept_dialog)
            self._leave(token, target.name)
            note.result = self._here()

    def choose(self, label: str, option: str, *, field: Field | None = None) -> None:
        """Filters: chooses `option` in the field called `label` and sends its form.

        `field` tells which, where several bear that label. A field that sends its form by itself is noticed.
        Where no field of that name has this choice, a link bearing the option's text is followed.

        Raises:
            Failed: Neither a field nor a link.
        """
        with self._recorder.action("page", "choose", f"{label} = {option}") as note:
            field = field or self.find_field(label)
            if field is None or (field.options and not _has(field, option)):
                self._by_link(label, option, field)
            else:
                self._by_field(field, option)
            note.result = self._here()

    def _by_link(self, label: str, option: str, field: Field | None) -> None:
        wanted, links = fold(option), self.links()
        found = [link for link in links if wanted in (fold(link.text), fold(link.label))]
        begun = [link for link in links if fold(link.text).startswith(f"{wanted} ")]
        # « Kiwi (3) » comes before « Kiwi vert ».
        found += sorted(begun, key=lambda link: not fold(link.text)[len(wanted) + 1].isdigit())
        if found:
            return self.follow(found[0])
        if field is not None:
            raise _refused(field, option, "choice:" + ", ".join(item.text for item in field.options))
        raise failed(Cause.MISSING, f"champ « {label} » ou lien « {option} »")

    def _by_field(self, field: Field, option: str) -> None:
        token = self._token()
        self._run(type(None), self._browser.tab.run, source("common") + "expecting(arguments[0])", token)
        self._fill([(field, option)])
        before = self._state()
        if before.token == token and not before.sent and not self._browser.tab.loading:
            form = self._of(field)
            if form.index >= 0 and form.buttons:
                return self.submit(form)
            return self._leave_softly(token)
        return self._leave_softly(token)

    def _leave_softly(self, token: str) -> None:
        self._leave(token, "filtre")

    def _of(self, form: Form | Field | str) -> Form:
        if isinstance(form, Form):
            return form
        number = (self.field(form) if isinstance(form, str) else form).form
        for item in self.forms():
            if item.index == number:
                return item
        raise failed(Cause.MOVED, "formulaire")

    def _button(self, form: Form, button: Button | str | None) -> int:
        if isinstance(button, Button):
            return button.index
        if button is None:
            return -1
        wanted = fold(button)
        for item in form.buttons:
            if fold(item.name) == wanted:
                return item.index
        for item in form.buttons:
            if f" {wanted} " in f" {fold(item.name)} ":
                return item.index
        raise failed(Cause.MISSING, f"bouton « {button} »")


def _has(field: Field, option: str) -> bool:
    wanted = fold(option)
    return any(item.value == option or f" {wanted} " in f" {fold(item.text)} " for item in field.options)


def _refused(field: Field, value: str | bool, problem: str) -> Failed:
    name = field.label or field.aria or field.placeholder or field.name
    if problem.startswith("choice:"):
        offered = problem.removeprefix("choice:") or "aucun"
        return failed(Cause.MISSING, f"« {name} » : choix « {value} » ; proposés : {offered}")
    return failed(_PROBLEMS.get(problem, Cause.UNUSABLE), f"champ « {name} »")
