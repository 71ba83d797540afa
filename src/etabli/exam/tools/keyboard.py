"""The keys of a French keyboard, as a page hears them."""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from unicodedata import normalize

_PLACES: Final = (
    "Backquote Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal "
    "KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft BracketRight "
    "KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote Backslash "
    "IntlBackslash KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash Space"
).split()
_PLAIN: Final = "²&é\"'(-è_çà)=azertyuiop^$qsdfghjklmù*<wxcvbn,;:! "
_SHIFTED: Final = " 1234567890°+AZERTYUIOP¨£QSDFGHJKLM%µ>WXCVBN?./§ "
"""A space where there is nothing of its own."""
_THIRD: Final = dict(zip("~#{[|`\\^@]}€", [*_PLACES[2:13], "KeyE"], strict=True))
"""With AltGr, which no page takes for Control."""
_NUMBERS: Final = {
    "Backquote": 222, "Minus": 219, "Equal": 187, "BracketLeft": 221, "BracketRight": 186, "Quote": 192,
    "Backslash": 220, "IntlBackslash": 226, "KeyM": 188, "Comma": 190, "Period": 191, "Slash": 223,
}  # fmt: skip
"""By place, where it is neither a letter nor a digit."""
_NAMED: Final = {"Backspace": 8, "Enter": 13, "Escape": 27, "Home": 36, "ArrowDown": 40}
_SHIFTING: Final = 8
"""As DevTools counts modifiers."""
_SHIFT: Final = {"key": "Shift", "code": "ShiftLeft", "windowsVirtualKeyCode": 16, "location": 1}


class _Key(NamedTuple):
    code: str
    number: int
    modifiers: int = 0


def _keys() -> dict[str, _Key]:
    """Digits are those of a keyboard whose capitals are locked: what a page bars from them is barred from all."""
    found: dict[str, _Key] = {}
    for place, plain, shifted in zip(_PLACES, _PLAIN, _SHIFTED, strict=True):
        letter = plain.isascii() and plain.isalpha()
        number = ord(plain.upper()) if letter else _NUMBERS.get(place, ord(place[-1]))
        found |= {plain: _Key(place, number), shifted: _Key(place, number, 0 if shifted.isdigit() else _SHIFTING)}
    third = {sign: found[_PLAIN[_PLACES.index(place)]] for sign, place in _THIRD.items()}
    return third | found | {" ": _Key("Space", 32)}


_KEYS: Final = _keys()


def strokes(sign: str) -> list[tuple[str, dict[str, Any]]]:
    """Returns the commands of DevTools that type one sign, or press a key by its name (``ArrowDown``).

    A sign that no key bears is put in at once, as a list of signs or a corrector does.
    """
    name = {"\n": "Enter"}.get(sign, sign)
    if name in _NAMED:
        what = {"key": name, "code": name, "windowsVirtualKeyCode": _NAMED[name]}
        down = {"type": "keyDown", "text": "\r", **what} if name == "Enter" else {"type": "rawKeyDown", **what}
        return [_told(**down), _told(type="keyUp", **what)]
    key = _KEYS.get(sign) or _KEYS.get(normalize("NFD", sign)[0])
    if key is None:
        return [("Input.insertText", {"text": sign})]
    what = {"key": sign, "code": key.code, "windowsVirtualKeyCode": key.number, "modifiers": key.modifiers}
    hit = [_told(type="keyDown", text=sign, **what), _told(type="keyUp", **what)]
    if not key.modifiers:
        return hit
    return [_told(type="rawKeyDown", modifiers=_SHIFTING, **_SHIFT), *hit, _told(type="keyUp", **_SHIFT)]


def _told(**params: Any) -> tuple[str, dict[str, Any]]:
    return "Input.dispatchKeyEvent", params
