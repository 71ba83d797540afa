// The editor: one tab per file, saved by itself; two tabs that disagree are told, and nothing is lost.
import {
  EditorView, EditorState, Compartment, MergeView, HighlightStyle, tags, keymap, lineNumbers, highlightActiveLine,
  highlightActiveLineGutter, highlightSpecialChars, drawSelection, history, historyKeymap, defaultKeymap, indentWithTab,
  search, searchKeymap, highlightSelectionMatches, bracketMatching, indentOnInput, indentUnit, foldGutter, foldKeymap,
  syntaxHighlighting, php, html, css, javascript, python, sql,
} from "/statique/paquets.js";
import { atDay, atHour, dialog, drop, isToday, make, notice, one, say, tabList, weight } from "./dom.js";
import { Refused, SignedOut, Unreachable } from "./server.js";

const CALM_MS = 800;
const DRAFT_MS = 200;
const RETRY_MS = [2000, 4000, 8000, 15_000];
const KEEPALIVE_MAX = 60_000;

const PHRASES = {
  Find: "Chercher", Replace: "Remplacer", next: "suivant", previous: "précédent", all: "tout", "match case": "majuscules",
  regexp: "expression régulière", "by word": "mot entier", replace: "remplacer", "replace all": "tout remplacer", close: "fermer",
  "current match": "résultat actuel", "on line": "à la ligne", "replaced match on line $": "remplacé à la ligne $",
  "replaced $ matches": "$ remplacements", "Go to line": "Aller à la ligne", go: "aller", "Fold line": "Replier", "Unfold line": "Déplier",
  "folded code": "code replié", unfold: "déplier", "to": "à", "Folded lines": "Lignes repliées", "Unfolded lines": "Lignes dépliées",
  "Control character": "Caractère invisible", "$ unchanged lines": "$ lignes identiques", "Unchanged lines": "Lignes identiques",
};
// What is typed stays as it is typed: no tag is closed for its learner, nor a bracket.
const page = () => html({ autoCloseTags: false });
const LANGUAGES = {
  php: () => php({ baseLanguage: html({ matchClosingTags: false }).language }), html: page, htm: page, j2: page, css: () => css(), js: () => javascript(), mjs: () => javascript(),
  json: () => javascript(), py: () => python(), sql: () => sql(),
};
const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--code-key)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string), tags.attributeValue], color: "var(--code-text)" },
  { tag: [tags.comment, tags.docComment], color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code-number)" },
  { tag: [tags.tagName, tags.typeName, tags.className], color: "var(--code-tag)" },
  { tag: [tags.attributeName, tags.propertyName, tags.definition(tags.variableName), tags.function(tags.variableName)], color: "var(--code-name)" },
  { tag: [tags.processingInstruction, tags.meta], color: "var(--code-number)" },
]);
const THEME = EditorView.theme({
  "&": { height: "100%", fontSize: "0.9375rem", backgroundColor: "var(--card)", color: "var(--ink)" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "-3px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--muted)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--active)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--chosen)" },
  ".cm-panels": { backgroundColor: "var(--paper)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-textfield": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--muted)", fontSize: "0.9375rem", padding: "0.25rem 0.4rem" },
  ".cm-panels label": { display: "inline-flex", alignItems: "center", fontSize: "0.875rem", fontWeight: "400" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--card)", border: "1px solid var(--rule)", fontSize: "0.875rem" },
});

/** CodeMirror and xterm write their own style: the page's nonce lets theirs in, and nobody else's. */
export function allowStyles(nonce) {
  const create = document.createElement.bind(document);
  document.createElement = (name, options) => {
    const made = create(name, options);
    if (String(name).toLowerCase() === "style") made.nonce = nonce;
    return made;
  };
}

const languageOf = (path) => LANGUAGES[path.split(".").pop().toLowerCase()]?.() ?? [];
const decode = (bytes) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
const BOM = "\ufeff";

/** What is not saved yet, kept in this browser until the server has it. */
class Drafts {
  constructor(token) { this.prefix = `etabli.brouillon.${token}.`; }

  keep(path, text, sha) {
    try {
      localStorage.setItem(this.prefix + path, JSON.stringify({ text, sha, at: Date.now() }));
    } catch { /* a full or closed store: the page itself still holds the text */ }
  }

  forget(path) { try { localStorage.removeItem(this.prefix + path); } catch { /* nothing was kept */ } }

  all() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(this.prefix))
        .map((key) => ({ path: key.slice(this.prefix.length), ...JSON.parse(localStorage.getItem(key)) }));
    } catch { return []; }
  }
}

export class Editor {
  constructor(space, { changed, shown }) {
    this.space = space;
    this.changed = changed;
    this.shown = shown;
    this.drafts = new Drafts(space.token);
    this.docs = new Map();
    this.active = null;
    this.writable = true;
    this.failures = 0;
    this.#wire();
  }

  #wire() {
    tabList(one("tabs"), (tab) => this.show(tab.dataset.path));
    one("tabs").addEventListener("keydown", (event) => { if (event.key === "Delete") this.close(this.active); });
    one("close-tab").addEventListener("click", () => this.close(this.active));
    one("versions").addEventListener("click", () => this.showVersions(this.active));
    addEventListener("pagehide", () => this.#leave());
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") this.#leave(); });
    addEventListener("online", () => this.saveAll());
    addEventListener("beforeunload", (event) => { if (this.pending().length && this.failures) event.preventDefault(); });
  }

  setWritable(writable) {
    if (writable === this.writable) return;
    this.writable = writable;
    for (const doc of this.docs.values()) doc.view?.dispatch({ effects: doc.lock.reconfigure(this.#lock()) });
  }

  #lock() { return [EditorState.readOnly.of(!this.writable), EditorView.editable.of(true)]; }

  /** Opens a file in a tab of its own, or shows the tab that it has. */
  async open(entry) {
    if (this.docs.has(entry.path)) return this.show(entry.path);
    const doc = { path: entry.path, sha: entry.sha256, binary: entry.kind !== "text", size: entry.size, dirty: false, revision: 0, lock: new Compartment() };
    if (!doc.binary) {
      const { bytes, sha } = await this.space.read(entry.path);
      if (this.docs.has(entry.path)) return this.show(entry.path);
      doc.sha = sha;
      this.#fill(doc, decode(bytes));
    } else {
      doc.box = this.#binary(doc);
    }
    this.docs.set(doc.path, doc);
    doc.box.id = `editor-${[...this.docs.keys()].indexOf(doc.path)}-${Date.now()}`;
    doc.box.hidden = true;
    one("editors").append(doc.box);
    this.#tab(doc);
    this.show(doc.path);
  }

  #fill(doc, text) {
    doc.bom = text.startsWith(BOM);
    const body = doc.bom ? text.slice(1) : text;
    doc.lineBreak = body.includes("\r\n") && !/[^\r]\n/.test(body) ? "\r\n" : "\n";
    doc.box ??= make("div", { class: "sheet-of-code", role: "tabpanel" });
    doc.box.replaceChildren();
    doc.view?.destroy();
    doc.view = new EditorView({ parent: doc.box, state: this.#state(doc, body) });
  }

  #state(doc, text) {
    return EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(one("atelier").dataset.nonce), EditorState.phrases.of(PHRASES), EditorState.lineSeparator.of(doc.lineBreak),
        lineNumbers(), foldGutter(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(), indentUnit.of("    "),
        bracketMatching(), highlightActiveLine(), highlightActiveLineGutter(), highlightSelectionMatches(), search({ top: true }),
        syntaxHighlighting(COLOURS), THEME, languageOf(doc.path), doc.lock.of(this.#lock()),
        EditorView.contentAttributes.of({ tabindex: "0", "aria-label": `Contenu de ${doc.path}` }),
        keymap.of([
          { key: "Mod-s", run: () => { this.save(doc); return true; } },
          ...searchKeymap, ...historyKeymap, ...foldKeymap, ...defaultKeymap, indentWithTab,
        ]),
        EditorView.updateListener.of((update) => { if (update.docChanged && !doc.silent) this.#typed(doc); }),
      ],
    });
  }

  #binary(doc) {
    const input = make("input", { type: "file", hidden: true, onchange: () => input.files.length && this.replaceBinary(doc, input.files[0]) });
    return make("div", { class: "binary", role: "tabpanel", tabindex: "0" },
      make("p", {}, make("b", {}, doc.path.split("/").pop()), ` (${weight(doc.size)}) ne s’ouvre pas ici. Téléchargez-le, travaillez dessus, puis remplacez-le.`),
      make("div", { class: "tools" },
        make("a", { class: "button main", href: this.space.fileAddress(doc.path), download: "" }, "Télécharger"),
        make("button", { type: "button", class: "writing", onclick: () => input.click() }, "Remplacer…")), input);
  }

  async replaceBinary(doc, file) {
    try {
      doc.sha = await this.space.write(doc.path, file, doc.sha);
      this.#saved(doc);
      say(`${doc.path} est remplacé.`);
      this.changed();
    } catch (problem) { this.explain(problem, doc.path); }
  }

  text(doc) { return (doc.bom ? BOM : "") + doc.view.state.sliceDoc(); }

  #typed(doc) {
    doc.dirty = true;
    doc.revision += 1;
    this.#mark(doc);
    one("saved").textContent = "Modifié…";
    clearTimeout(doc.draftTimer);
    doc.draftTimer = setTimeout(() => doc.dirty && this.drafts.keep(doc.path, this.text(doc), doc.sha), DRAFT_MS);
    clearTimeout(doc.timer);
    doc.timer = setTimeout(() => this.save(doc), CALM_MS);
  }

  /** Sends a file that changed; one request at a time for each. */
  save(doc, keepalive = false) {
    if (!doc?.dirty || doc.disagrees) return Promise.resolve();
    clearTimeout(doc.timer);
    doc.saving ??= this.#send(doc, keepalive).finally(() => {
      doc.saving = null;
      if (doc.dirty && !doc.disagrees && !this.failures) doc.timer = setTimeout(() => this.save(doc), CALM_MS);
    });
    return doc.saving;
  }

  async #send(doc, keepalive) {
    const { revision } = doc;
    const text = this.text(doc);
    this.drafts.keep(doc.path, text, doc.sha);
    try {
      doc.sha = await this.space.write(doc.path, text, doc.sha, keepalive);
    } catch (problem) {
      if (problem instanceof Refused && "text" in problem.facts) return this.#disagree(doc, problem.facts);
      return this.explain(problem, doc.path);
    }
    if (doc.revision === revision) {
      doc.dirty = false;
      this.drafts.forget(doc.path);
    }
    this.#saved(doc);
    this.changed();
  }

  #saved(doc) {
    if (this.failures) say("Le serveur répond de nouveau : tout est envoyé.");
    this.failures = 0;
    drop("offline");
    drop(`refused-${doc.path}`);
    this.#mark(doc);
    one("saved").textContent = `Enregistré à ${atHour(Date.now())}`;
  }

  /** Tells why something could not be saved; it stays in this browser, and is sent later. */
  explain(problem, path) {
    if (problem instanceof Unreachable || problem instanceof SignedOut) {
      const gone = problem instanceof SignedOut;
      one("saved").textContent = this.pending().length ? "Gardé sur ce poste" : "";
      notice("offline", gone
        ? "Vous n’êtes plus connecté. Votre texte est gardé sur ce poste. Reconnectez-vous dans un autre onglet : il sera envoyé."
        : "Le serveur ne répond pas. Vous pouvez continuer : votre texte est gardé sur ce poste et sera envoyé dès qu’il répond.",
      { tone: "bad", closes: false, buttons: gone ? [{ label: "Se reconnecter", press: () => window.open("/connexion", "_blank", "noopener") }] : [] });
      clearTimeout(this.retry);
      this.retry = setTimeout(() => this.saveAll(), RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)]);
      this.failures += 1;
      return;
    }
    if (!(problem instanceof Refused)) throw problem;
    one("saved").textContent = "Pas enregistré";
    notice(`refused-${path}`, `${path} : ${problem.message}`, { tone: "bad" });
  }

  pending() { return [...this.docs.values()].filter((doc) => doc.dirty); }

  /** Sends all that is not saved; tells whether nothing is left to send. */
  async saveAll() {
    await Promise.all(this.pending().map((doc) => this.save(doc)));
    return this.pending().length === 0;
  }

  /** The server answers: what waited is sent, and the page no longer says that it is silent. */
  async answered() {
    if (!this.failures || !await this.saveAll()) return;
    this.failures = 0;
    drop("offline");
    one("saved").textContent = "";
  }

  #leave() {
    let room = KEEPALIVE_MAX;
    for (const doc of this.pending()) {
      const text = this.text(doc);
      this.drafts.keep(doc.path, text, doc.sha);
      room -= text.length * 3;
      this.save(doc, room > 0);
    }
  }

  /** What another tab, or another PC, wrote meanwhile: both are shown, a person chooses, and neither is lost. */
  async #disagree(doc, facts) {
    doc.disagrees = true;
    this.failures = 0;
    drop("offline");
    one("saved").textContent = "Deux versions";
    const gone = facts.text === null;
    const mine = this.text(doc);
    let view = null;
    const holder = make("div", { class: "merge", tabindex: "0", role: "group", "aria-label": "Les deux versions" });
    const body = [
      make("p", {}, gone
        ? `« ${doc.path} » a été supprimé ou renommé ailleurs pendant que vous l’écriviez.`
        : `« ${doc.path} » a été changé ailleurs (un autre onglet, un autre poste) pendant que vous l’écriviez. Les deux versions restent dans « Versions ».`),
      gone ? null : make("div", { class: "merge-heads" }, make("b", {}, "La vôtre, ici"), make("b", {}, "Celle du serveur")),
      gone ? null : holder,
    ].filter(Boolean);
    const shown = (text, whose) => ({
      doc: text,
      extensions: [EditorView.contentAttributes.of({ "aria-label": whose }), EditorState.phrases.of(PHRASES), EditorView.cspNonce.of(one("atelier").dataset.nonce), EditorState.readOnly.of(true), EditorView.editable.of(false), EditorView.lineWrapping, lineNumbers(), languageOf(doc.path), syntaxHighlighting(COLOURS), THEME],
    });
    const choice = await dialog("Deux versions du même fichier", body, [["mine", "Garder la mienne", "main"], ["theirs", gone ? "Fermer sans garder" : "Prendre celle du serveur"]], {
      wide: !gone,
      ready: () => { if (!gone) view = new MergeView({ a: shown(mine, "La vôtre, ici"), b: shown(facts.text, "Celle du serveur"), parent: holder, collapseUnchanged: { margin: 2, minSize: 4 } }); },
    });
    view?.destroy();
    doc.disagrees = false;
    if (choice === "theirs" && gone) {
      this.drafts.forget(doc.path);
      doc.dirty = false;
      return this.close(doc.path);
    }
    if (choice === "theirs") {
      await this.#keepMine(doc, mine, facts.sha256);
      return this.#take(doc, facts.text, facts.sha256);
    }
    doc.sha = facts.sha256;
    return this.#send(doc, false);
  }

  /** What was typed here and not chosen becomes a version too: it is written, and the other one again over it. */
  async #keepMine(doc, mine, sha) {
    try {
      const between = await this.space.write(doc.path, mine, sha);
      const theirs = await this.space.version(doc.path, sha);
      await this.space.write(doc.path, theirs, between);
    } catch { this.drafts.keep(`${doc.path}.garde`, mine, sha); }
  }

  #take(doc, text, sha) {
    doc.silent = true;
    const bare = text.startsWith(BOM) ? text.slice(1) : text;
    doc.view.dispatch({ changes: { from: 0, to: doc.view.state.doc.length, insert: doc.view.state.toText(bare) } });
    doc.silent = false;
    doc.sha = sha;
    doc.dirty = false;
    this.drafts.forget(doc.path);
    this.#saved(doc);
  }

  /** Follows what the list of files tells: a file changed elsewhere is read again, unless it is being written here. */
  async follow(files) {
    const there = new Map(files.map((file) => [file.path, file]));
    for (const doc of [...this.docs.values()]) {
      const file = there.get(doc.path);
      if (doc.dirty || doc.saving) continue;
      if (!file) { this.close(doc.path, true); continue; }
      if (file.sha256 === doc.sha) continue;
      if (doc.binary || file.kind !== "text") {
        Object.assign(doc, { sha: file.sha256, size: file.size });
        continue;
      }
      const { bytes, sha } = await this.space.read(doc.path).catch(() => ({}));
      if (!bytes || doc.dirty || doc.saving || sha === doc.sha) continue;
      this.#take(doc, decode(bytes), sha);
      say(`${doc.path} a changé ailleurs : il vient d’être relu.`);
    }
  }

  /** Sends what an earlier page, or a PC that was switched off, could not send. */
  async bringBack(files) {
    const there = new Map(files.map((file) => [file.path, file]));
    for (const draft of this.drafts.all()) {
      const file = there.get(draft.path);
      if (!this.writable) break;
      try {
        await this.open(file ?? { path: draft.path, kind: "text", sha256: await this.space.write(draft.path, "", null), size: 0 });
      } catch (problem) { this.explain(problem, draft.path); continue; }
      const doc = this.docs.get(draft.path);
      if (!doc?.view || this.text(doc) === draft.text) { this.drafts.forget(draft.path); continue; }
      if (file) doc.sha = draft.sha;
      doc.view.dispatch({ changes: { from: 0, to: doc.view.state.doc.length, insert: doc.view.state.toText(draft.text.replace(BOM, "")) } });
      notice("draft", `« ${draft.path} » : ce qui n’avait pas pu être envoyé est retrouvé.`);
      await this.save(doc);
    }
  }

  renamed(old, path) {
    for (const doc of [...this.docs.values()]) {
      if (doc.path !== old && !doc.path.startsWith(`${old}/`)) continue;
      const moved = path + doc.path.slice(old.length);
      this.docs.delete(doc.path);
      this.drafts.forget(doc.path);
      const was = doc.path;
      doc.path = moved;
      this.docs.set(moved, doc);
      Object.assign(doc.tab.dataset, { path: moved });
      if (this.active === was) this.active = moved;
      this.#mark(doc);
    }
  }

  #tab(doc) {
    doc.tab = make("button", { type: "button", role: "tab", "data-path": doc.path, "aria-controls": doc.box.id, id: `${doc.box.id}-tab` });
    doc.box.setAttribute("aria-labelledby", doc.tab.id);
    one("tabs").append(doc.tab);
    this.#mark(doc);
  }

  #mark(doc) {
    if (!doc.tab) return;
    doc.tab.replaceChildren(doc.path.split("/").pop(), doc.dirty ? make("span", { class: "dirty" }, make("span", { "aria-hidden": "true" }, " ●"), make("span", { class: "vh" }, " (pas encore enregistré)")) : "");
    doc.tab.title = doc.path;
  }

  show(path) {
    this.active = path;
    for (const doc of this.docs.values()) {
      const chosen = doc.path === path;
      doc.box.hidden = !chosen;
      doc.tab.setAttribute("aria-selected", String(chosen));
      doc.tab.tabIndex = chosen ? 0 : -1;
      if (chosen) doc.view?.requestMeasure();
    }
    const any = this.docs.size > 0;
    one("tabs").hidden = one("tab-tools").hidden = !any;
    one("editor-empty").hidden = any;
    one("atelier").classList.toggle("no-file", !any);
    this.shown(path);
    this.remember();
  }

  remember() {
    try { localStorage.setItem(`etabli.onglets.${this.space.token}`, JSON.stringify({ open: [...this.docs.keys()], active: this.active })); } catch { /* not remembered */ }
  }

  remembered() {
    try { return JSON.parse(localStorage.getItem(`etabli.onglets.${this.space.token}`)) ?? { open: [] }; } catch { return { open: [] }; }
  }

  focus() {
    const doc = this.docs.get(this.active);
    (doc?.view ?? doc?.box)?.focus();
  }

  async close(path, gone = false) {
    const doc = this.docs.get(path);
    if (!doc) return;
    if (!gone) await this.save(doc);
    if (doc.dirty) return;
    const order = [...this.docs.keys()];
    const next = order[order.indexOf(path) + 1] ?? order[order.indexOf(path) - 1] ?? null;
    const held = doc.box.contains(document.activeElement) || doc.tab === document.activeElement;
    doc.view?.destroy();
    doc.box.remove();
    doc.tab.remove();
    this.docs.delete(path);
    this.show(this.active === path ? next : this.active);
    if (held || document.activeElement === document.body) (this.docs.get(this.active)?.tab ?? one("tree").querySelector('[tabindex="0"]'))?.focus();
  }

  /** Shows the former contents of a file, and gives one back. */
  async showVersions(path) {
    const doc = this.docs.get(path);
    if (!doc) return;
    await this.save(doc);
    let found;
    try { found = await this.space.versions(path); } catch (problem) { return this.explain(problem, path); }
    const former = found.filter((version, index) => index || version.sha256 !== doc.sha);
    if (!former.length) {
      await dialog("Versions", [make("p", {}, `« ${path} » n’a pas encore d’autre version.`)], [["", "Fermer", "main"]]);
      return;
    }
    const preview = make("pre", { class: "preview", tabindex: "0", "aria-label": "Contenu de la version" });
    const list = make("select", { id: "version-list", size: Math.min(10, Math.max(3, former.length)) });
    for (const [index, version] of former.entries()) {
      const when = isToday(version.at) ? `aujourd’hui à ${atHour(version.at)}` : `${atDay(version.at)} à ${atHour(version.at)}`;
      list.append(make("option", { value: index }, `${when} – ${weight(version.size)}`));
    }
    const look = async () => {
      const version = former[list.value];
      const bytes = await this.space.version(path, version.sha256).catch(() => null);
      if (former[list.value] !== version) return;  // another one was chosen meanwhile
      preview.textContent = bytes === null ? "Cette version n’est plus gardée." : doc.binary ? `Fichier de ${weight(version.size)}.` : decode(bytes);
    };
    list.addEventListener("change", look);
    const body = [
      make("p", { class: "hint" }, "Tout est gardé pendant une heure, puis une version toutes les dix minutes, puis une par jour."),
      make("div", { class: "versions" }, make("div", {}, make("label", { for: "version-list" }, `Versions de ${path}`), list), preview),
    ];
    const answer = await dialog("Retrouver une version", body, [["restore", "Reprendre cette version", "main writing"], ["", "Fermer"]], { wide: true, ready: () => { list.value = "0"; look(); list.focus(); } });
    if (answer !== "restore" || !this.writable) return;
    await this.restore(doc, former[list.value]);
  }

  async restore(doc, version) {
    try {
      const bytes = await this.space.version(doc.path, version.sha256);
      doc.sha = await this.space.write(doc.path, bytes, doc.sha);
      if (doc.view) this.#take(doc, decode(bytes), doc.sha);
      else this.#saved(doc);
      notice("restored", `« ${doc.path} » est revenu à sa version de ${atHour(version.at)}.`);
      this.changed();
    } catch (problem) { this.explain(problem, doc.path); }
  }
}
