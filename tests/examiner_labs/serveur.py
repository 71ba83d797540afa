"""A small web server that behaves badly on demand: the path says how. Stdlib only, runs in the examiner."""

from __future__ import annotations

import base64
import html
import socket
import socketserver
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

FORM = """<form method="post" action="/recu"><label for="a">Nom *</label> <input id="a" name="nom" required>
<label>Rayon <select name="rayon"><option value="">—</option><option value="1">Jouets</option>
<option value="2">Été &amp; jardin</option></select></label>
<p><label for="d">Date d'entrée</label> <input id="d" type="date" name="jour"> <span>date invalide</span></p>
<label for="n">Prix</label> <input id="n" type="number" name="prix" min="0">
<fieldset><legend>Dépôt</legend><label><input type="radio" name="depot" value="1"> Nord</label>
<label><input type="radio" name="depot" value="2" checked> Sud</label></fieldset>
<input type="hidden" name="jeton" value="j1"><input name="sans" placeholder="Recherche">
<button name="action" value="envoi">Enregistrer</button></form>"""
ALERT = "<script>alert('Bonjour')</script>"
CALL = r"""<iframe srcdoc="<p>x</p>"></iframe><p id=bilan>en cours</p><script>
const call = async (kind, address) => {
  const line = new kind({iceServers: [{urls: `stun:${address}:3478`}, {urls: `turn:${address}:3478`, username: 'a', credential: 'b'},
    {urls: `turn:${address}:8080?transport=tcp`, username: 'a', credential: 'b'}]});
  line.createDataChannel('x');
  const offer = await line.createOffer();
  await line.setLocalDescription(offer);
  await line.setRemoteDescription({type: 'answer', sdp: offer.sdp.replace('actpass', 'active')
    + `a=candidate:1 1 udp 2122260223 ${address} 3478 typ host\r\n`});
  await new Promise((done) => setTimeout(done, 1500));
};
onload = async () => {
  const address = new URLSearchParams(location.search).get('a');
  await Promise.all([window, frames[0]].map((one) => call(one.RTCPeerConnection, address)));
  document.getElementById('bilan').textContent = 'fini';
};</script>"""
ORDINARY = r"""<pre id=vu></pre><div style='height: 9999px'></div><script>
const trap = new Error();
let read = 0;
Object.defineProperty(trap, 'stack', {get() { read += 1; return ''; }});
console.debug(trap);
const own = [...Object.getOwnPropertyNames(window), ...Object.getOwnPropertyNames(document)];
document.getElementById('vu').textContent = JSON.stringify({
  webdriver: navigator.webdriver, headless: /headless/i.test(navigator.userAgent + navigator.appVersion),
  ours: own.filter((name) => /etabli|cdc_|webdriver|selenium|^axe$|^kit$|visiteur/i.test(name)),
  native: [setTimeout, fetch, XMLHttpRequest.prototype.send, chrome.loadTimes].every((one) => /\[native code\]/.test(one)),
  timer: setTimeout(() => 0, 0), console: read, chrome: typeof chrome, mouse: matchMedia('(hover: hover) and (pointer: fine)').matches,
  finger: matchMedia('(pointer: coarse)').matches, touch: 'ontouchstart' in window, points: navigator.maxTouchPoints > 0,
  mobile: /Mobile/.test(navigator.userAgent), framed: outerWidth > innerWidth && outerHeight > innerHeight,
  focus: document.hasFocus(), shown: document.visibilityState, sharp: devicePixelRatio > 1,
  bars: innerWidth > document.documentElement.clientWidth, icon: Notification.permission,
  pdf: [[...navigator.plugins].length, navigator.plugins[0]?.[0].type, navigator.mimeTypes['text/pdf']?.enabledPlugin.name, navigator.pdfViewerEnabled],
  bar: screen.height > screen.availHeight, barred: window.open('/', '_blank', 'width=9') === null,
});</script>"""
CLICKED = r"""<meta name=viewport content='width=device-width'><form><input name=q><button>Envoyer</button></form><pre id=vu></pre><script>
addEventListener('submit', (event) => event.preventDefault());
const tell = (kind, event) => { vu.textContent = JSON.stringify([kind, event.screenX, event.clientX, event.screenY, event.clientY]); };
addEventListener('click', (event) => tell(event.pointerId < 0 ? 'key' : 'hand', event));
tell('made', new MouseEvent('click', {screenX: 7, screenY: 8}));
Object.assign(document.body.dataset, {left: screenX, right: screen.availWidth - screenX - outerWidth, top: screenY,
  bottom: screen.availHeight - screenY - outerHeight, beside: outerWidth - innerWidth, above: outerHeight - innerHeight, width: screen.width,
  below: screen.height - innerHeight});
</script>"""
"""Where a click was, and where the window is."""
VISITOR = r"""const told = async () => {
  const more = ['fullVersionList', 'uaFullVersion', 'platformVersion', 'formFactors', 'architecture', 'bitness', 'model'];
  const language = (await (await fetch('/entetes')).text()).match(/Accept-Language: ([^<\n]*)/i)[1];
  return JSON.stringify([navigator.platform, navigator.userAgent, navigator.appVersion, navigator.language, navigator.languages,
    navigator.hardwareConcurrency, navigator.deviceMemory, navigator.connection.rtt, language,
    await navigator.userAgentData.getHighEntropyValues(more)]);
};
if (globalThis.document) told().then((said) => (globalThis.opener ?? parent) === window || (globalThis.opener ?? parent).postMessage(said));
else if (globalThis.clients) onmessage = (event) => told().then((said) => event.ports[0].postMessage(said));
else if (globalThis.SharedWorkerGlobalScope) onconnect = (event) => told().then((said) => event.ports[0].postMessage(said));
else told().then((said) => postMessage(said));"""
"""Who the visitor is, in the page and in all that a page can make."""
SAME = r"""<pre id=vu>en cours</pre><script src='/visiteur.js'></script><script>
const heard = (from) => new Promise((done) => { from.onmessage = (event) => done(event.data); });
const inside = "new Worker('/visiteur.js').onmessage = (event) => postMessage(event.data)";
(async () => {
  const here = await told();
  const one = new SharedWorker('/visiteur.js');
  const line = new MessageChannel();
  const service = await navigator.serviceWorker.register('/visiteur.js');
  (service.installing ?? service.active).postMessage('', [line.port2]);
  const seen = {
    worker: await heard(new Worker('/visiteur.js')), nested: await heard(new Worker(URL.createObjectURL(new Blob([
      inside.replace('/visiteur.js', location.origin + '/visiteur.js')])))),
    shared: await heard(one.port), service: await heard(line.port1),
  };
  document.body.append(Object.assign(document.createElement('iframe'), {src: '/visiteur'}));
  seen.frame = await heard(window);
  const answer = heard(window);
  document.body.append(Object.assign(document.createElement('button'), {textContent: 'Ouvrir', onclick: () => open('/visiteur')}));
  seen.window = await answer;
  document.getElementById('vu').textContent = JSON.stringify({
    ...Object.fromEntries(Object.entries(seen).map(([name, said]) => [name, said === here ? 'same' : said])),
    version: /Headless|\(|\{#/.test(JSON.parse(here).at(-1).uaFullVersion + JSON.stringify(JSON.parse(here).at(-1).fullVersionList)),
    language: JSON.parse(here)[4].join() === JSON.parse(here)[8].replace(/;q=[.\d]+/g, ''), line: navigator.connection.rtt > 0,
    rights: (await Promise.all(['clipboard-write', 'screen-wake-lock'].map((name) => navigator.permissions.query({name})))).map((one) => one.state),
    pdf: JSON.stringify(navigator.plugins) + Object.getOwnPropertyNames(navigator.mimeTypes),
    getter: Object.getOwnPropertyDescriptor(Navigator.prototype, 'plugins').get.name, loaded: typeof chrome.loadTimes().commitLoadTime,
    load: typeof chrome.csi().pageT,
  });
})();</script>"""
KEYS = r"""<form><label>Nom <input name=nom value='à remplacer'></label><label>Texte <textarea name=texte></textarea></label>
<label>Cinq <input name=cinq maxlength=5></label><label>Grand <input name=grand></label>
<label>Lignes <textarea name=lignes onkeydown="if (event.key === 'Enter') event.preventDefault()"></textarea></label></form><pre id=vu></pre><script>
const heard = {clicks: '', keys: '', codes: '', texts: '', forged: 0, focused: true};
let clicked = null;
const all = ['mousedown', 'focusin', 'keydown', 'keypress', 'keyup', 'beforeinput', 'input', 'change'];
for (const kind of all) addEventListener(kind, (event) => {
  if (!event.isTrusted && event.target.name !== 'cinq') heard.forged += 1;
  if (kind === 'mousedown') { clicked = event.target; heard.clicks += event.target.name[0]; }
  if (kind === 'focusin' && clicked !== event.target) heard.focused = false;
  if (event.target.name === 'cinq') return;
  if (kind === 'keydown') { heard.keys += event.key === 'Enter' ? '/' : event.key.length > 1 ? '' : event.key; heard.codes += event.code + event.keyCode + ' '; }
  if (kind === 'input') heard.texts += event.data ?? '/';
  if (kind === 'input' && event.target.name === 'grand') event.target.value = event.target.value.toUpperCase();
  document.getElementById('vu').textContent = JSON.stringify(heard);
}, true);
</script>"""
LEFT = """<pre id=vu>en cours</pre><script>
(async () => {
  const kept = [document.cookie, Object.keys(localStorage), await caches.keys(), (await indexedDB.databases()).map((one) => one.name)];
  document.cookie = 'trace=1; max-age=9999';
  localStorage.trace = 1;
  await caches.open('trace');
  await new Promise((done) => { indexedDB.open('trace').onsuccess = done; });
  document.getElementById('vu').textContent = JSON.stringify(kept);
})();</script>"""
GESTURES = (
    ("onglet", "document", "visibilitychange", "document.hidden && document.visibilityState === 'hidden'"),
    ("retour", "document", "visibilitychange", "!document.hidden"),
    ("perdu", "window", "blur", "true"), ("trouve", "window", "focus", "document.hasFocus()"),
    ("etroit", "window", "resize", "innerWidth < outerWidth * .9"), ("papier", "window", "afterprint", "true"),
)  # fmt: skip
"""What changes a page once it is left, narrowed or printed."""
WATCHED = """const heard = [];
for (const kind of ['blur', 'focus', 'pagehide', 'resize', 'freeze']) addEventListener(kind, () => heard.push(kind));
addEventListener('afterprint', () => heard.push('print'));
document.addEventListener('visibilitychange', () => heard.push(document.visibilityState));
onclick = () => { document.querySelector('p').textContent = [heard, outerWidth - innerWidth, document.visibilityState, document.hasFocus()]; };
"""
ORDERS = (
    """<style>
.f { display: flex } .c { flex-direction: column } .w { flex-wrap: wrap; width: 200px } .g { display: grid; width: 200px }
.w b, .g b { width: 90px; margin: 2px } .m { position: relative; width: 200px; height: 90px } .m b { position: absolute; width: 90px; height: 40px }
</style>"""
    + "".join(
        f"<div id={name} {how}>{''.join(f'<b {style}>{letter}</b>' for letter, style in zip('ABCD', styles, strict=True))}</div>"
        for name, how, *styles in (
            # as they come
            ("lignes", "class='f c'", "", "", "", ""),
            ("cartes", "class='f w'", "style='height: 90px'", "", "style='height: 60px'", ""),
            (
                "milieu",
                "class='f w' style='align-items: center'",
                "",
                "style='height: 90px'",
                "style='height: 60px'",
                "",
            ),
            ("colonnes", "style='columns: 2; width: 200px'", *["style='display: block'"] * 4),
            ("casiers", "class=g style='grid-auto-flow: column; grid-template-rows: 1fr 1fr'", "", "", "", ""),
            (
                "macon",
                "class=m",
                *(f"style='left: {x}px; top: {y}px'" for x, y in ((0, 0), (100, 0), (100, 45), (0, 50))),
            ),
            (
                "zigzag",
                "class=m",
                *(f"style='left: {x}px; top: {y}px'" for x, y in ((100, 0), (0, 15), (100, 50), (0, 65))),
            ),
            ("contenu", "style='display: contents'", *["style='display: block'"] * 4),
            # otherwise
            ("envers", "class='f c' style='flex-direction: column-reverse'", "", "", "", ""),
            ("droite", "class='f w' style='flex-direction: row-reverse'", "", "", "", ""),
            ("haut", "class='f w' style='flex-wrap: wrap-reverse'", "", "", "", ""),
            ("rang", "class='f c'", "", "style='order: 1'", "", ""),
            ("place", "class='m'", *(f"style='left: 0; top: {y}px'" for y in (60, 40, 20, 0))),
            ("tourne", "class='f c' style='transform: rotate(180deg)'", "", "", "", ""),
            ("pris", "class='f c'", *(f"style='transform: translateY({y}px)'" for y in (100, 0, 0, 0))),
        )
    )
    + """<div id=groupes class=g style='grid-template-columns: 1fr 1fr'><p><b>A</b><br><b>B</b></p><p><b>C</b><br><b>D</b></p></div>
<table id=tableau><tr><td><b>A</b><td>x</tr><tr><td>y<br>z<b>B</b></tr><tr><td><b>C</b></tr><tr><td><b>D</b></tr></table>
<table><tbody id=rangees class='f c' style='flex-direction: column-reverse'><tr><td><b>A</b></tr><tr><td><b>B</b></tr><tr><td><b>C</b></tr><tr><td><b>D</b></tr></tbody></table>
<table><tbody id=cellules><tr><td><b style='position: relative; top: 60px'>A</b></tr><tr><td><b>B</b></tr><tr><td><b>C</b></tr><tr><td><b style='position: relative; top: -60px'>D</b></tr></tbody></table>"""
)
FIGURES = """<style>
.e { unicode-bidi: bidi-override; direction: rtl } .a::before { content: "1" } .f::after { content: " €" }
.l::before { content: "Prix : " } .n::before { content: counter(x) } .k::before { content: "9"; display: none }
.t::before { content: attr(data-titre) " : " } .v::before { content: "9"; opacity: 0 } .s::after { content: " : " }
.o::before { content: "Date"; display: block } .m { display: inline-block; width: 8em } .c { display: contents }
.h::before { content: "9"; position: absolute; left: -9999px } .z::after { content: "9"; position: absolute; clip-path: inset(50%) }
</style><p class=e>10/30</p><p class=a>234</p><p>112,50</p><p class=f>12,50</p><p class=f>12,50</p><p class=l>3</p><p class=n>4</p><p class=k>5</p><p dir=rtl>6 €</p>
<p style='font-size: 0'>7</p><p style='visibility: hidden'>8</p><p style='text-transform: uppercase'>neuf</p>
<p><b class=t data-titre=Tarif>10 €</b></p><p class=v>11</p><p><b class=s>Lieu</b><b>12</b></p><p><b class=m>Lieu</b><b>treize</b></p>
<p class=o>14</p><p>quin<b>z</b><i>e</i></p><p><b class='c s'>Lieu</b><b>16</b></p><p class='h z'>17</p>"""
LONG = "<div style='height: 3000px'></div>"
PAGES = {
    "/reste-survol": "<style>html:hover b { display: none }</style><p>le 3 mai <b>2026</b></p>",
    "/reste-sourd": "<style>p { animation: x 1s 60s } @keyframes x { to { top: 0 } }</style><p>A</p>"
    "<script>onanimationend = () => { document.querySelector('p').textContent = 'B' }</script>",
    "/reste-bas": LONG + "<p>A</p><script>onscroll = () => { document.querySelector('p').textContent = 'B' }</script>",
    "/reste-calme": "<style>p:hover { color: red } @keyframes x { to { opacity: .5 } } i { animation: x 2s infinite }</style>"
    "<p>A <i>B</i></p>" + LONG,
    **{
        f"/reste-{name}": f"<p>A</p><script>{where}.addEventListener('{kind}', () => {{ if ({when}) "
        "document.querySelector('p').textContent = 'B' })</script>"
        for name, where, kind, when in GESTURES
    },
    "/reste-recharge": "<p>A</p><script>document.addEventListener('visibilitychange', () => document.hidden || location.reload())</script>",
    "/reste-ecoute": f"<p>A</p><script>{WATCHED}</script>",
    "/ordre": ORDERS,
    "/chiffres": FIGURES,
    "/garde-tout": LEFT,
    "/": "<h1>Accueil</h1><a href='/liste?p=2'>Liste</a> <a href='//ailleurs.test/'>dehors</a><a href='#ici'>ici</a>",
    "/liste": "<h1>Liste</h1><a href='/'><img src='/x.png' alt='Retour'></a>",
    "/formulaire": FORM,
    "/alerte": ALERT,
    "/alerte-clic": "<button onclick='alert(1)'>x</button><a href='/' onclick='alert(2)'>Suite</a>",
    "/fenetre": "<p>au revoir</p><script>setTimeout(() => { open('', '_self'); window.close(); }, 50)</script>",
    "/boucle-script": "<script>setTimeout(() => { while (true) {} }, 30)</script>",
    "/fichier": "<script>location.href = 'file:///etc/passwd'</script><p>x</p>",
    "/dehors": "<script>location.href = 'http://ailleurs.test/'</script><p>x</p>",
    "/donnees": "<a href='data:text/html,<h1>x</h1>'>x</a><script>location.replace('about:blank')</script>",
    "/piege": "<script>document.querySelectorAll = () => { throw new Error('non') };"
    "Array.from = () => { throw new Error('non') }</script><a href='/'>Suite</a>",
    "/agitee": "<p></p><script>fetch('/lent?s=9'); setInterval(() => { document.querySelector('p').textContent += '.' }, 20)</script>",
    "/masque": "<form><input name='childNodes'></form><p>caché</p>",
    "/noms": "<img name=querySelectorAll><img name=body><form name=forms><input name=elements><input name=submit>"
    "<input name=id><input name=action></form><p>lu</p>",
    "/couvert": "<div style='position:fixed;inset:0;background:#fff'></div><a href='/'>Suite</a>",
    "/desactive": "<form><label>Nom <input name='nom' disabled></label></form>",
    "/vide-204": "<form method='post' action='/204'><button>Envoyer</button></form>",
    "/lent-formulaire": "<form method='get' action='/lent?s=0.8'><input type='hidden' name='s' value='0.8'>"
    "<button>Envoyer</button></form><a href='/lent?s=0.8'>Lien lent</a>",
    "/confirmation": "<form method='post' action='/recu' onsubmit=\"return confirm('Sûr ?')\"><button>Supprimer</button></form>",
    "/replie": "<details><summary>Supprimer</summary><form method='post' action='/recu'><button>Oui</button></form>"
    "</details>",
    "/boite": "<button type='button' onclick='d.showModal()'>Mettre au rebut</button><dialog id='d'>"
    "<form method='post' action='/recu'><button formmethod='dialog'>Ne pas supprimer</button><button>Adieu</button></form>"
    "</dialog><p><a onclick=\"document.querySelector('h1').textContent = 'Page 2'\">Suivant</a></p><h1>Page 1</h1>",
    "/boite-fermee": "<form method='post' action='/recu' id='f'><button>Supprimer</button></form><dialog id='d'><form method='dialog'>"
    "<button value='oui'>Oui, supprimer</button></form></dialog><script>f.onsubmit = (e) => { e.preventDefault(); d.showModal(); };"
    "d.onclose = () => f.submit();</script>",
    "/lecture-seule": "<p>Prix <input readonly value='12,50 €'> <input value='tapé'> <select disabled><option>Nord"
    "</select></p><p><span style='position:absolute;width:1px;height:1px;overflow:hidden'>pour les machines</span>"
    "<span style='opacity:0'>transparent</span><span style='opacity:0;transition:opacity 1s'>bientôt</span></p>",
    "/deux-rayons": "<form method='post' action='/erreur'><label>Nom <input name='n'></label><label>Rayon "
    "<select name='r'><option>Jouets</select></label><button>Ajouter</button></form>"
    "<form action='/recu'><label>Rayon <select name='rayon'><option>Tous<option value='7'>Jouets</select></label>"
    "<button>Voir</button></form>",
    "/rayons": "".join(
        f"<p><a href='/recu?rayon={number}'>{name}</a></p>"
        for number, name in enumerate(("Jouets anciens", "Jouets (3)", "Livres rares", "Livres"), 1)
    ),
    "/choix": "<form action='/recu'><label>Rayon <select name='rayon'><option value='1'>Autre jouets (2)<option value='2'>Jouets anciens"
    "<option value='3'>Jouets (3)</select></label><button>Voir</button></form>",
    "/auto": "<form action='/recu'><label>Rayon <select name='rayon' onchange='this.form.submit()'><option>Tous</option>"
    "<option value='7'>Jouets</option></select></label></form>",
    "/js": "<h1>JS</h1><ul id='l'></ul><script>setTimeout(() => fetch('/lent?s=0.2').then((r) => r.text()).then(() => {"
    "document.getElementById('l').innerHTML = '<li>arrivé</li>'; }), 100)</script>",
    "/large": "<meta name=viewport content='width=device-width'><div id=trop style='width:700px'>large</div>",
    "/etroit": "<meta name=viewport content='width=device-width'><p>ok</p>",
    "/axe": "<i id='axe'></i><img src='/x.png'><form><input name='q'><button></button></form>",
    "/mefiant": FORM.replace(
        "</form>",
        "<label><input type='checkbox' name='neuf'> Neuf</label></form><p id=faux></p><script>"
        "for (const kind of ['input', 'change', 'click', 'submit']) addEventListener(kind, (event) => { if (!event.isTrusted)"
        " document.getElementById('faux').textContent += `${kind} ${event.target.name};` }, true);"
        "addEventListener('submit', (event) => event.preventDefault());</script>",
    ),
    "/appel": CALL,
    "/ordinaire": ORDINARY,
    "/place": CLICKED,
    "/carte-tardive": "<h1>Carte</h1><script>document.head.append(Object.assign(document.createElement('link'), "
    "{rel: 'manifest', href: '/application?de=script'}))</script>",
    "/meme-visiteur": SAME,
    "/visiteur": f"<script>{VISITOR}</script>",
    "/touches": KEYS,
    "/fenetres": "<p>x</p><script>window.open('/')</script>",
}
PRESSED = {
    "/zstd": "KLUv/QRoXQMAMsUTHKA5B//Zvy+eE9Vbrxvb1iv8RLE9Jnnf+TWqxwQbJUPV76NXs3n2PtfP5qk3kJyT6PVvdhQ9iO2LzPDXtbcgZQlL06L6RslQFQw5BoMAHggA39R6KLfUKflpAU5TgAQ1cDCwmYAkKEtMcOz9",
    "/brotli": "WyvVAdTiwG74vDOtLhF+vaKkKwOpxNQygysfuR4+8eGpkwP2/3TxUyKtRCKzQAeHF37JsGhrAWIkYjDRHN4dHf8k6Ct8TAuy+OmYA5YsMO46qFoF",
}
"""A page of twenty thousand « été », as it is compressed."""
TIMINGS = """<pre id=vu></pre><script>onload = () => {
  const seen = performance.getEntriesByType('navigation')[0].toJSON();
  for (const name in seen) if (typeof seen[name] === 'number' && !/Size$|Status$/.test(name)) seen[name] = seen[name] > 0;
  document.getElementById('vu').textContent = JSON.stringify({ ...seen, from: document.referrer });
}</script>"""
CRASH = "<script>const a = []; setTimeout(() => { for (;;) a.push(new Array(1e6).fill(Math.random())); }, 20)</script>"


class Handler(socketserver.StreamRequestHandler):
    """One connection, one answer."""

    counts: dict[str, list[str]] = {}  # noqa: RUF012 - what /recu received, by value of the field « nom »
    visits: list[str] = []  # noqa: RUF012 - what was asked for, of the pages that are counted
    datagrams: list[bytes] = []  # noqa: RUF012 - what came by UDP

    def handle(self) -> None:
        """Answers as the path demands."""
        line = self.rfile.readline(65536).decode("latin-1").split()
        if len(line) < 2:
            return
        headers = {}
        self.head = []
        while raw := self.rfile.readline(65536).strip():
            self.head.append(raw.decode("latin-1"))
            name, _, value = self.head[-1].partition(":")
            headers[name.lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", 0))).decode()
        parts = urlsplit(line[1])
        self.answer(line[0], parts.path, parse_qs(parts.query), body, headers)

    def send(
        self, body: str | bytes, status: str = "200 OK", *extra: str, media: str = "text/html; charset=utf-8"
    ) -> None:
        """Writes a whole, correct answer."""
        data = body.encode() if isinstance(body, str) else body
        head = [
            f"HTTP/1.1 {status}",
            f"Content-Type: {media}",
            f"Content-Length: {len(data)}",
            "Connection: close",
            *extra,
        ]
        self.wfile.write("\r\n".join(head).encode() + b"\r\n\r\n" + data)

    def page(self, content: str) -> None:
        """Writes an ordinary page."""
        self.send(f"<!DOCTYPE html><html lang='fr'><head><title>Essai</title></head><body>{content}</body></html>")

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: str, headers: dict[str, str]) -> None:
        """Looks the path up."""
        if path in PAGES:
            self.page(PAGES[path])
        elif path == "/recu":
            given = parse_qs(
                body if method == "POST" else "&".join(f"{k}={v[0]}" for k, v in query.items()), keep_blank_values=True
            )
            name = given.get("nom", [""])[0]
            self.counts.setdefault(name, []).append(body)
            self.page(f"<h1>Reçu</h1><p id=nombre>{len(self.counts[name])}</p><pre>{sorted(given.items())}</pre>")
        elif path == "/visiteur.js":
            self.send(VISITOR, media="text/javascript")
        elif path == "/datagrammes":
            self.send(str(len(self.datagrams)))
        elif path == "/montre-tel-quel":
            self.page(query["texte"][0])
        elif path == "/comptee":
            self.visits.append(path)
            self.page(
                "<h1>Comptée</h1><p>dix</p><a href='/comptee?p=2'>Suite</a><form><label>Nom <input name=n></label></form>"
            )
        elif path == "/sobre":
            self.send(
                "<!DOCTYPE html><html lang='fr'><head><title>Essai</title><link rel=stylesheet href='/garde.css'></head>"
                "<body><h1>Sobre</h1></body></html>"
            )
        elif path == "/parfois":
            self.visits.append(path)
            self.page("<h1>Parfois</h1>" + (TIMINGS if query["script"][0] == "oui" else ""))
        elif path == "/gardee":
            self.visits.append(path)
            self.send("<!DOCTYPE html><title>Gardée</title><h1>Gardée</h1>", "200 OK", "Cache-Control: max-age=600")
        elif path == "/garde.css":
            self.visits.append(path)
            self.send("h1 { text-transform: uppercase }", "200 OK", "Cache-Control: max-age=600", media="text/css")
        elif path == "/favicon.ico":
            self.visits.append(f"icone {headers.get('sec-fetch-dest')} {headers.get('referer', '').rpartition('/')[2]}")
            self.send("rien", "404 Not Found")
        elif path == "/carte":
            link = "<link rel=manifest crossorigin=use-credentials href='/application?de=lien'>"
            self.send(
                f"<!DOCTYPE html><html lang='fr'><head><title>Carte</title>{link}</head><body><h1>Carte</h1></body></html>"
            )
        elif path == "/application":
            self.visits.append(f"{headers.get('sec-fetch-dest')} {query['de'][0]} {headers.get('cookie', 'aucun')}")
            self.send("rien", "404 Not Found")
        elif path == "/combien":
            self.send(str(self.visits.count(query["de"][0])))
        elif path == "/visites":
            self.visits.append(path)
            self.page(f"<h1>Visites</h1><p>{self.visits.count(path)}</p>")
        elif path == "/cookie":
            self.send("<p>biscuit</p>", "200 OK", "Set-Cookie: s=1; HttpOnly")
        elif path == "/entetes":
            lines = "\n".join(html.escape(line) for line in self.head)
            acts = "<script></script>" if "agit" in query else ""
            self.page(
                f"<form method=post><input name=nom value=x><button>Envoyer</button></form><pre>{lines}</pre>{acts}"
            )
        elif path == "/pose":
            told = [f"Set-Cookie: {one}" for one in query.get("t", [])]
            told += [f"Referrer-Policy: {one}" for one in query.get("p", [])]
            told += [f"Location: {one}" for one in query.get("vers", [])]
            meta, link, form = (query.get(name, [""])[0] for name in "maf")
            self.send(
                f"<!DOCTYPE html><html lang='fr'><head><title>Pose</title>{meta}</head><body><a href='/entetes' {link}>Suite</a>"
                f"<form method=post action='/entetes' {form}><input name=nom value=x><button>Envoyer</button></form></body></html>",
                "303 See Other" if "vers" in query else "200 OK",
                *told,
            )
        elif path in PRESSED:
            self.visits.append(path)
            self.send(base64.b64decode(PRESSED[path]), "200 OK", f"Content-Encoding: {path[1:].removesuffix('otli')}")
        elif path == "/montre":
            self.page(f"<p>{headers.get('cookie', 'aucun')} {headers.get('host')} {headers.get('user-agent')}</p>")
        elif path == "/habillee":
            self.send(
                "<!DOCTYPE html><html lang='fr'><head><title>Essai</title><link rel=stylesheet href='/lent.css'></head>"
                "<body><h1>Habits</h1><p>en bloc</p></body></html>"
            )
        elif path == "/lent.css":
            self.visits.append(path)
            time.sleep(0.4)
            self.send(
                "h1, p { display: inline } p { text-transform: uppercase }",
                "200 OK",
                "Cache-Control: no-store",
                media="text/css",
            )
        elif path == "/lent":
            time.sleep(float(query.get("s", ["30"])[0]))
            self.page("<h1>Enfin</h1>")
        else:
            self.misbehave(path, query)

    def misbehave(self, path: str, query: dict[str, list[str]]) -> None:
        """What no server should do."""
        if path == "/coupe":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<p>debut")
        elif path == "/rien":
            self.connection.shutdown(socket.SHUT_RDWR)
        elif path == "/charabia":
            self.wfile.write(b"\x00\x01 pas du HTTP\r\n\r\n" + b"z" * 200)
        elif path == "/longueurs":
            self.send("<h1>Deux</h1>", "404 Not Found", "Content-Length: 17")
        elif path == "/gzip":
            self.send(b"ceci n'est pas compresse", "200 OK", "Content-Encoding: gzip")
        elif path == "/br":
            self.send(b"ceci n'est pas compresse", "200 OK", "Content-Encoding: br")
        elif path == "/tours":
            self.send("", "302 Found", "Location: /tours?n=" + str(int(query.get("n", ["0"])[0]) + 1))
        elif path == "/vers-dehors":
            self.send("", "302 Found", "Location: http://ailleurs.test/x")
        elif path == "/vers-rien":
            self.send(
                "", "302 Found", "Location: http://[2001" if query.get("port") is None else "Location: //x:99999/"
            )
        elif path == "/cookies-refuses":
            refused = ("__Host-a=1", "__Secure-a=1; Path=/", f"gros={'x' * 5000}", "neige=\u2603; SameSite=None")
            lines = [f"Set-Cookie: {one}" for one in refused]
            self.send('<p>biscuits</p><a href="http://[2001">x</a>', "200 OK", "\r\n".join(lines))
        elif path == "/vers-fichier":
            self.send("", "302 Found", "Location: file:///etc/passwd")
        elif path == "/204":
            self.send("", "204 No Content")
        elif path == "/erreur-vide":
            self.send("", "500 Internal Server Error")
        elif path == "/erreur":
            self.send("<h1>Erreur</h1>", "500 Internal Server Error")
        elif path == "/telecharge":
            self.send(
                "x", "200 OK", "Content-Disposition: attachment; filename=x.bin", media="application/octet-stream"
            )
        elif path == "/octets":
            self.send(b"<p>\xff\xfe caf\xe9</p>")
        elif path == "/charset":
            self.send("<p>x</p>", media="text/html; charset=klingon")
        elif path == "/enorme":
            self.flood()
        elif path == "/goutte":
            self.drip()
        elif path == "/plante":
            self.page(CRASH)
        elif path == "/x":
            self.send("", "404 Not Found")
        else:
            self.send("<h1>Introuvable</h1>", "404 Not Found")

    def flood(self) -> None:
        """Endless bytes."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        for _ in range(400):
            self.wfile.write(b"x" * 65536)

    def drip(self) -> None:
        """A byte from time to time: never silent, never done."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        for _ in range(600):
            self.wfile.write(b"x")
            time.sleep(0.05)


class Server(socketserver.ThreadingTCPServer):
    """A thread per connection; clients that leave are no news."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing."""


def hear(port: int) -> None:
    """Keeps what comes by UDP."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("0.0.0.0", port))
        while True:
            Handler.datagrams.append(line.recv(2048))


if __name__ == "__main__":
    threading.Thread(target=hear, args=(3478,), daemon=True).start()
    with Server((sys.argv[1], int(sys.argv[2])), Handler) as server:
        server.serve_forever()
