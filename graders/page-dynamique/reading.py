"""Reading a list as a visitor does: which items the page shows, in which order, and where they lead."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from etabli.exam.contract.words import fold

if TYPE_CHECKING:
    from etabli.exam.tools.page import SitePage


@dataclass(frozen=True)
class Entry:
    """An item as the list shows it."""

    name: str
    text: str
    """Visible text of its row, card or paragraph."""
    href: str
    """Absolute address its name leads to, '' without link."""


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

    @property
    def names(self) -> list[str]:
        return [entry.name for entry in self.entries]


SCRIPT = r"""
const names = arguments[0];
const clean = s => (s || '').replace(/\s+/g, ' ').trim();
const alias = new Map(), longest = 40 + Math.max(0, ...names.map(n => n.length));
for (const name of names) alias.set(clean(name), name);
for (const name of names.filter(n => /[<>&]/.test(n))) {
  // What a page that forgets to escape, or escapes twice, makes of the name: another check's matter.
  const parsed = clean(new DOMParser().parseFromString(name, 'text/html').body.textContent);
  const twice = clean(name).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  for (const other of [parsed, twice]) if (other.length > 2 && !alias.has(other)) alias.set(other, name);
}
const AWAY = 'script,style,template,noscript,option,select,textarea,button,h1,head';
const seen = el => !el.checkVisibility || el.checkVisibility({visibilityProperty: true});
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
const rest = [...alias].filter(([, name]) => !found.has(name));
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
for (const hit of hits) {
  hit.path = path(hit.el);
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
// Its block: the highest element that speaks of no other item.
const owners = new Map();
for (const hit of hits) for (let el = hit.el; el; el = el.parentElement) {
  if (!owners.has(el)) owners.set(el, new Set());
  owners.get(el).add(hit.name);
}
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
  const parts = [block.innerText];
  if (clean(block.textContent).length < name.length + 4) {
    for (let el = block.nextElementSibling; el && !owners.has(el); el = el.nextElementSibling)
      parts.push(el.innerText || '');
  }
  return parts.join('\n');
};
const linkOf = (el, block, name) => {
  let a = el.closest('a[href]') || el.querySelector('a[href]');
  if (!a) {
    const act = /suppr|effac|retir|modif|édit/i;
    const all = [...block.querySelectorAll('a[href]')].filter(x => !act.test(x.textContent));
    a = all.find(x => clean(x.getAttribute('aria-label') || x.textContent).includes(clean(name))) || all[0];
  }
  return a && /^https?:/.test(a.href) && a.getAttribute('href') !== '#' ? a.href : '';
};
const blocks = new Set(), entries = [];
for (const hit of hits) {
  const block = blockOf(hit.el);
  if (entries.some(e => e.block === block && e.name === hit.name)) continue;
  blocks.add(block);
  entries.push({block, name: hit.name, text: textOf(block, hit.name), href: linkOf(hit.el, block, hit.name)});
}
const within = el => { for (; el; el = el.parentElement) if (blocks.has(el)) return true; return false; };
const label = el => clean(el.getAttribute('aria-label') || el.innerText || el.getAttribute('title'));
const links = [];
for (const a of document.querySelectorAll('a[href]')) {
  if (within(a) || !seen(a)) continue;
  links.push({text: clean(a.innerText), label: label(a), rel: a.rel || '', href: a.href, button: -1});
}
document.querySelectorAll('button').forEach((b, index) => {
  if (within(b) || !seen(b) || b.disabled || (b.form && b.type === 'submit' && b.form.method === 'post')) return;
  links.push({text: clean(b.innerText), label: label(b), rel: '', href: '', button: index});
});
const table = entries.length ? entries[0].block.closest('table') : null;
const cells = table ? [...table.querySelectorAll('th')] : [];
const first = table && table.rows.length ? [...table.rows[0].cells] : [];
const headers = [...new Set([...cells, ...first])].filter(seen).map(c => clean(c.textContent));
return {url: location.href, headers, links,
        entries: entries.map(({name, text, href}) => ({name, text, href}))};
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

PUSH_BUTTON = "document.querySelectorAll('button')[arguments[0]].click()"

_NEXT_WORDS = re.compile(r"^(?:pages? |voir |lire |afficher )?(?:la |le |les )?(?:suivante?s?|suite|next)\b")
_ARROWS = ("›", ">", "→", "»", ">>", "▶", "⟩")


def read_list(page: SitePage, names: Collection[str]) -> Listing:
    """What the page now in the browser shows of these items."""
    raw: dict[str, Any] = page.script(SCRIPT, list(names))
    return Listing(
        url=raw["url"],
        entries=tuple(Entry(**entry) for entry in raw["entries"]),
        links=tuple(PageLink(**link) for link in raw["links"]),
        headers=tuple(raw["headers"]),
    )


def next_page(links: Sequence[PageLink], number: int, seen: Collection[str]) -> PageLink | None:
    """The link a visitor follows from page `number` to the next one.

    Recognised: rel=next, « suivant », « la suite », the next number, an arrow; never an address already seen.
    """
    fresh = [link for link in links if link.button >= 0 or _bare(link.href) not in seen]
    wanted = str(number + 1)
    ways: tuple[Callable[[PageLink], bool], ...] = (
        lambda link: "next" in link.rel.split(),
        lambda link: any(_NEXT_WORDS.match(fold(text)) for text in (link.text, link.label)),
        lambda link: link.text == wanted or fold(link.label) in (f"page {wanted}", f"aller a la page {wanted}"),
        lambda link: link.text in _ARROWS,
    )
    for way in ways:
        for link in fresh:
            if way(link):
                return link
    return None


def _bare(address: str) -> str:
    return address.split("#")[0]
