"""Reading a list as a visitor does: which items the page shows, in the order in which it does, and where they lead."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urldefrag, urlencode, urlsplit

from etabli.exam.contract.addresses import joined, parts_of
from etabli.exam.contract.words import contains_words, cut, fold
from etabli.exam.reading.markup import bounded, whole

if TYPE_CHECKING:
    from etabli.exam.tools.page import SitePage


@dataclass(frozen=True)
class Entry:
    """An item as the list shows it."""

    name: str
    text: str
    """Visible text of its row, card or paragraph."""
    href: str
    """Absolute address its name leads to, else another link of its block; '' without link."""
    named: bool = True
    """Whether that link bears the name."""


@dataclass(frozen=True)
class PageLink:
    """A link or button of the page that belongs to no item."""

    text: str
    label: str
    rel: str
    href: str
    button: int = -1
    """Place among the page's buttons, -1 for a link."""


@dataclass(frozen=True)
class Listing:
    """What one page shows."""

    url: str
    entries: tuple[Entry, ...]
    links: tuple[PageLink, ...]
    headers: tuple[str, ...]
    """Header cells of the table that holds the items."""
    beside: tuple[str, ...] = ()
    """Where boxes beside the list name items too, as a path of tags."""
    before: tuple[int, ...] = ()
    """How many items each of the pages shows that were turned to come here."""
    moved: bool = False
    """Whether items are shown in another order than that of the document."""

    @property
    def names(self) -> list[str]:
        return [entry.name for entry in self.entries]


PRESSED = "button,input[type=button],input[type=submit],[role=button],[role=link],a:not([href]),a[href^='#']"
"""What turns the pages of a list without being a link to an address."""

SCRIPT = r"""
if (!document.body) return {url: location.href, entries: [], links: [], headers: [], beside: []};
const names = arguments[0], beside = new Set(arguments[1]), PRESSED = arguments[2];
const unveil = veil();
try {
const clean = s => (s || '').replace(/\s+/g, ' ').trim();
// A page may allow no text to become HTML, not even ours: what removes scripts is always allowed.
const parse = text => {
  try { return new DOMParser().parseFromString(text, 'text/html'); } catch (error) { return Document.parseHTML(text); }
};
const alias = new Map(), longest = 40 + Math.max(0, ...names.map(n => n.length));
for (const name of names.filter(clean)) alias.set(clean(name), name); // an empty one stands everywhere
for (const name of names.filter(n => /[<>&]/.test(n))) {
  // What a page that forgets to escape, or escapes twice, makes of the name: another check's matter.
  const parsed = clean(parse(name).body.textContent);
  const twice = clean(name).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  for (const other of [parsed, twice]) if (other.length > 2 && !alias.has(other)) alias.set(other, name);
}
const AWAY = 'script,style,template,noscript,option,select,textarea,button,h1,head';
const seen = el => !el.checkVisibility || el.checkVisibility({visibilityProperty: true}) || standsThrough(el, seen);
const spots = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const el = walker.currentNode.parentElement;
  if (el && clean(walker.currentNode.data) && !el.closest(AWAY)) spots.push(el);
}
let hits = [];
const taken = new Set(), found = new Set();
for (const spot of spots) {
  for (let el = spot, up = 0; el && up < 4 && el.textContent.length < longest * 4; el = el.parentElement, up++) {
    const name = alias.get(clean(el.textContent));
    if (name === undefined) continue;
    if (!taken.has(el) && seen(el)) { taken.add(el); found.add(name); hits.push({el, name}); }
    break;
  }
}
const word = c => c !== undefined && /[\p{L}\p{N}]/u.test(c);
const inside = (text, part) => {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1))
    if (!word(text[at - 1]) && !word(text[at + part.length])) return true;
  return false;
};
const whole = clean(document.body.textContent);
const rest = [...alias].filter(([known, name]) => !found.has(name) && whole.includes(known));
if (rest.length) for (const spot of new Set(spots)) {
  for (let el = spot, up = 0; el && up < 2 && el.textContent.length < longest + 400; el = el.parentElement, up++) {
    if (taken.has(el)) break;
    const text = clean(el.textContent), got = rest.filter(([known]) => inside(text, known));
    if (!got.length) continue;
    if (seen(el)) { taken.add(el); for (const [, name] of got) hits.push({el, name}); }
    break;
  }
}
// The same name twice: keep the place that looks most like the others (the list, not a heading or a message).
const path = el => {
  let tags = '';
  for (; el && el !== document.body; el = el.parentElement) tags += '/' + el.tagName;
  return tags;
};
const crowd = new Map();
for (const hit of hits) hit.path = path(hit.el);
hits = hits.filter(hit => !beside.has(hit.path));
for (const hit of hits) {
  if (!crowd.has(hit.path)) crowd.set(hit.path, new Set());
  crowd.get(hit.path).add(hit.name);
}
const best = new Map();
for (const hit of hits) {
  const size = crowd.get(hit.path).size, now = best.get(hit.name);
  if (!now || size > now.size) best.set(hit.name, {size, path: hit.path});
}
hits = hits.filter(hit => hit.path === best.get(hit.name).path);
hits.sort((a, b) => a.el.compareDocumentPosition(b.el) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1);
// A box beside the list (the latest, the most seen …) names items too: it stands in the page's margin, or gives no more
// than names while the list says more. Known from the full list, it is known again where a filter empties that.
const owned = () => {
  const found = new Map();
  for (const hit of hits) for (let el = hit.el; el; el = el.parentElement) {
    if (!found.has(el)) found.set(el, new Set());
    found.get(el).add(hit.name);
  }
  return found;
};
let owners = owned();
const groups = new Map();
for (const hit of hits) groups.set(hit.path, [...(groups.get(hit.path) || []), hit]);
const main = [...groups.values()].sort((a, b) => b.length - a.length)[0] || [];
const around = el => {
  while (el.parentElement && el.parentElement !== document.body && owners.get(el.parentElement).size === 1) el = el.parentElement;
  return el;
};
const bareNames = group => group.every(hit => clean(around(hit.el).textContent).length < hit.name.length + 4);
let root = main.length > 1 ? main[0].el : null;
while (root && !main.every(hit => root.contains(hit.el))) root = root.parentElement;
const boxes = [...groups].filter(([, group]) => group !== main && root && group.every(hit => !root.contains(hit.el))
  && (group.every(hit => hit.el.closest('aside,nav,header,footer')) || (bareNames(group) && !bareNames(main))));
hits = hits.filter(hit => !boxes.some(([path]) => path === hit.path));
// Its block: the highest element that speaks of no other item.
owners = owned();
const alone = new Set(hits.map(hit => hit.name)).size === 1;
const WALL = 'tbody,table,ul,ol,main,section,body,form';
const blockOf = el => {
  while (el.parentElement && el.parentElement !== document.body && owners.get(el.parentElement).size === 1) {
    if (alone && (el.matches('tr,li,article') || el.parentElement.matches(WALL))) break;
    el = el.parentElement;
  }
  return el;
};
const textOf = (block, name) => {
  const parts = [asRead(block)];
  if (clean(block.textContent).length < name.length + 4) {
    for (let el = block.nextElementSibling; el && !owners.has(el); el = el.nextElementSibling)
      if (el.innerText) parts.push(asRead(el));
  }
  return parts.join('\n');
};
const linkOf = (el, block, name) => {
  let a = el.closest('a[href]'), named = true;
  if (!a) {
    const act = /suppr|effac|retir|modif|édit/i, part = clean(el.querySelector('a[href]')?.textContent);
    const all = [...block.querySelectorAll('a[href]')];
    const said = x => [x.getAttribute('aria-label'), x.title, x.textContent, ...[...x.querySelectorAll('img')].map(i => i.alt)];
    a = all.find(x => said(x).some(text => clean(text).includes(clean(name))));
    named = !!a || /[<>&]/.test(name) || (part.length > 2 && clean(name).includes(part));
    a = a || el.querySelector('a[href]') || all.find(x => !act.test(x.textContent));
  }
  return {href: a && /^https?:/.test(a.href) && a.getAttribute('href') !== '#' ? a.href : '', named};
};
const blocks = new Set(), entries = [], order = asShown(hits);
for (const hit of order) {
  const block = blockOf(hit.el);
  if (entries.some(e => e.block === block && e.name === hit.name)) continue;
  blocks.add(block);
  const {href, named} = linkOf(hit.el, block, hit.name);
  entries.push({block, name: hit.name, text: textOf(block, hit.name), href, named});
}
const within = el => { for (; el; el = el.parentElement) if (blocks.has(el)) return true; return false; };
const label = el => clean(el.getAttribute('aria-label') || el.innerText || el.getAttribute('title'));
const links = [];
for (const a of document.querySelectorAll('a[href]')) {
  if (within(a) || !seen(a) || a.matches(PRESSED)) continue;
  links.push({text: clean(a.innerText), label: label(a), rel: a.rel || '', href: a.href, button: -1});
}
// The button of a search is no way to the next page, whatever it shows.
const searches = b => !b.name && !b.hasAttribute('formaction')
  && elementsOf(b.form).some(field => ['text', 'search'].includes(field.type) && seen(field));
document.querySelectorAll(PRESSED).forEach((b, index) => {
  const place = (b.getAttribute('href') || '').slice(1);
  if (place && document.getElementById(place)) return;
  if (within(b) || !seen(b) || b.disabled || b.getAttribute('aria-disabled') === 'true'
      || (b.form && sends(b) && (methodOf(b.form) === 'post' || searches(b)))) return;
  links.push({text: clean(b.innerText || b.value), label: buttonName(b), rel: '', href: '', button: index});
});
const table = entries.length ? entries[0].block.closest('table') : null;
const cells = table ? [...table.querySelectorAll('th')] : [];
const first = table && table.rows.length ? [...table.rows[0].cells] : [];
const headers = [...new Set([...cells, ...first])].filter(seen).map(c => clean(c.textContent));
return {url: location.href, headers, links, beside: boxes.map(([path]) => path), moved: order.some((hit, at) => hit !== hits[at]),
        entries: entries.map(({name, text, href, named}) => ({name, text, href, named}))};
} finally { unveil(); }
"""

REPEATED = """
const told = el => (el.innerText || '').trim() !== '';
const all = wanted => [...document.querySelectorAll(wanted)].filter(el => !el.closest('nav,header,footer,form') && told(el));
if (all('td').length || all('article').length || all('li').length > 1) return true;
return all('main,section,body,div').some(el => {
  const kinds = [...el.children].filter(told).map(child => child.tagName + '.' + child.className);
  return kinds.some(kind => !/^(?:BR|H1)\\b/.test(kind) && kinds.filter(other => other === kind).length > 3);
});
"""
"""Whether the page now open repeats something as a list does, whatever it shows."""

MOST_TRIED = 3
"""Links that are followed from one page to see whether they go on with the list."""

_NEXT_WORDS = re.compile(
    r"^(?:pages? |lignes? |voir |lire |afficher )?(?:la |le |les )?(?:\d+ )?(?:suivante?s?|suite|next)\b"
)
_MAYBE_WORDS = re.compile(r"\b(?:suivante?s?|suite|next|plus|more|apres|autres|reste|continuer|avancer)\b")
_BACK_WORDS = re.compile(r"\b(?:precedente?s?|retour|haut|debut|previous|premiere?s?)\b")
_ARROWS = re.compile(r"[›>→»▶⟩❯❱≫⇒⇨⏩⏭▸▹►▻➔-➾⟶⟹⭢⮕\s]+")


def read_list(page: SitePage, names: Collection[str], beside: Collection[str] = ()) -> Listing:
    """What the page now in the browser shows of these items; `beside`: boxes of the full list's page, which are none."""
    listing: Listing = page.look(SCRIPT, list(names), list(beside), PRESSED, kind=Listing)
    return replace(
        listing,
        entries=tuple(entry if parts_of(entry.href) else replace(entry, href="") for entry in listing.entries),
        links=tuple(link for link in listing.links if link.button >= 0 or parts_of(link.href)),
    )


def next_page(links: Sequence[PageLink], number: int, seen: Collection[str]) -> PageLink | None:
    """The link a visitor follows from page `number` to the next one.

    Recognised: rel=next, « suivant », « la suite », the next number, an arrow; never an address already seen.
    """
    fresh = _fresh(links, seen)
    wanted = str(number + 1)
    ways: tuple[Callable[[PageLink], bool], ...] = (
        lambda link: "next" in link.rel.split(),
        lambda link: any(_NEXT_WORDS.match(fold(text)) for text in (link.text, link.label)),
        lambda link: link.text == wanted or fold(link.label) in (f"page {wanted}", f"aller a la page {wanted}"),
        lambda link: _ARROWS.fullmatch(link.text) is not None,
    )
    for way in ways:
        for link in fresh:
            if way(link):
                return link
    return None


def likely_next(links: Sequence[PageLink], here: str, seen: Collection[str], labels: Collection[str]) -> list[PageLink]:
    """Links that may lead to the next page, to be judged by what they show: by their words, or one number of the address.

    `labels` are the names of categories and places: a link that bears one filters.
    """
    fresh = _fresh(links, seen)
    worded = [link for link in fresh if _may_be_next(fold(f"{link.text} {link.label}"))]
    steps = [(step, link) for link in fresh if link.href and (step := _step(here, link.href)) > 0]
    steps = [(step, link) for step, link in steps if not any(contains_words(link.text, label) for label in labels)]
    numbered = [link for _step, link in sorted(steps, key=lambda pair: pair[0])]
    return list(dict.fromkeys([*worded, *numbered]))[:MOST_TRIED]


def may_lead_back(link: PageLink) -> bool:
    """Whether a link may lead to the page before: by its words, or since it has none but a sign."""
    words = fold(f"{link.text} {link.label}")
    return bool(_BACK_WORDS.search(words)) or "prev" in link.rel.split() or not re.search(r"\w", link.text)


def _may_be_next(words: str) -> bool:
    return bool(_MAYBE_WORDS.search(words)) and not _BACK_WORDS.search(words)


def _step(here: str, there: str) -> int:
    """The number by which `there` goes on from `here`: of two addresses that differ by it alone; 0 when they do not.

    Example:
        >>> _step("http://x/?q=a", "http://x/?q=a&debut=8"), _step("http://x/liste/2", "http://x/liste/3")
        (8, 3)
    """
    one, other = urlsplit(here), urlsplit(there)
    mine, theirs = dict(parse_qsl(one.query)), dict(parse_qsl(other.query))
    changed = [(mine.get(key, "0"), value) for key, value in theirs.items() if mine.get(key) != value]
    roots = [re.sub(r"/(?:index\.\w+)?$", "", parts.path) for parts in (one, other)]
    if roots[0] != roots[1]:
        paths = [re.split(r"(\d+)", root) for root in roots]
        changed += [pair for pair in zip(*paths, strict=False) if pair[0] != pair[1]]
        if len(paths[0]) != len(paths[1]):
            return 0
    if len(changed) != 1 or not set(mine) <= set(theirs):
        return 0
    before, after = (whole(text, -1) for text in changed[0])
    return after if after > before >= 0 else 0


def _fresh(links: Sequence[PageLink], seen: Collection[str]) -> list[PageLink]:
    return [link for link in links if link.button >= 0 or _bare(link.href) not in seen]


def _bare(address: str) -> str:
    return address.split("#")[0]


def links_of(source: str, address: str) -> list[str]:
    """Addresses of the same site that the links of a page lead to."""
    return links_and_actions(source, address)[0]


def links_and_actions(source: str, address: str) -> tuple[list[str], list[str]]:
    """The same, and the addresses of this site to which its forms are sent by POST, with the numbers that they hide."""
    found = _Links()
    found.feed(bounded(source))
    actions = [with_fields(joined(address, action), hidden) for action, hidden in found.actions]
    return _inside(address, [joined(address, href) for href in found.hrefs]), _inside(address, actions)


def _inside(address: str, absolute: Sequence[str]) -> list[str]:
    site, plain = urlsplit(address).netloc, dict.fromkeys(urldefrag(one).url for one in absolute)
    return [one for one in plain if urlsplit(one).netloc == site and one.startswith("http")]


def with_fields(address: str, fields: Sequence[tuple[str, str]]) -> str:
    """An address followed by the fields of a form that are mere numbers, no token.

    Example:
        >>> with_fields("http://x/supprimer.php", [("id", "3"), ("jeton", "9f8e")])
        'http://x/supprimer.php?id=3'
    """
    query = urlencode([(name, value) for name, value in fields if value.isdigit()])
    return f"{address}{'&' if '?' in address else '?'}{query}" if query and address else address


def from_root(address: str, most: int = 90) -> str:
    """An address from the root of its site, cut where it is long."""
    return cut(urlsplit(address)._replace(scheme="", netloc="").geturl(), most)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.actions: list[tuple[str, list[tuple[str, str]]]] = []
        self._hidden: list[tuple[str, str]] | None = None
        """Hidden fields of the form that is open, if it is sent by POST."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("a", "area", "iframe"):
            self.hrefs += [value for name, value in attrs if name in ("href", "src") and value]
        elif tag == "form":
            given = dict(attrs)
            self._hidden = [] if (given.get("method") or "").lower() == "post" else None
            if self._hidden is not None:
                self.actions.append((given.get("action") or "", self._hidden))
        elif tag in ("input", "button"):
            given = dict(attrs)
            if self._hidden is not None and (given.get("type") or "").lower() == "hidden":
                self._hidden.append((given.get("name") or "", given.get("value") or ""))
            method = (given.get("formmethod") or "").lower()
            if given.get("formaction") and (method == "post" or (self._hidden is not None and not method)):
                self.actions.append((given["formaction"] or "", self._hidden or []))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._hidden = None
