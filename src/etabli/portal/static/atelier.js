// The bench page: the sheet beside the work, and everything that the server tells of this workspace.
import { atDay, atHour, dialog, drop, isToday, make, notice, one, say, tabList, wireNotices } from "./atelier/dom.js";
import { Refused, SignedOut, Space, Unreachable } from "./atelier/server.js";
import { Editor, allowStyles } from "./atelier/editor.js";
import { Tree } from "./atelier/files.js";
import { Checking } from "./atelier/checking.js";
import { openJournal, openTerminal } from "./atelier/streams.js";

const SOON_MS = [1000, 1000, 1500, 2500, 4000];
const CALM_MS = 15_000;
const FILES_MS = 10_000;
const SILENT_MS = 6000;
const SERVICES = { site: "Le site", adminer: "La base (Adminer)", pgi: "Le PGI", messagerie: "La messagerie" };
const STATES = {
  absent: "Votre espace se prépare…", queued: "Votre espace attend son tour…", starting: "Votre espace démarre…",
  stopped: "Votre espace est en pause : vos fichiers et votre base sont gardés.", failed: "Votre espace n’a pas démarré.",
};

const box = one("atelier");
const token = box.dataset.espace;
const space = new Space(token);
allowStyles(box.dataset.nonce);

const remembered = (name) => { try { return JSON.parse(localStorage.getItem(`etabli.${name}.${token}`)); } catch { return null; } };
const remember = (name, value) => { try { localStorage.setItem(`etabli.${name}.${token}`, JSON.stringify(value)); } catch { /* not remembered */ } };

const editor = new Editor(space, { changed: () => tree.refresh().catch(() => {}), shown: () => enlarged() === "follow" && enlarge(null) });
const tree = new Tree(space, editor);
const checking = new Checking(space, editor, (name) => showTab(name));
let known = null;
wireNotices();

/* What is worked in may take the place of the other: the file, or the follow-up. */
const enlarged = () => box.dataset.big ?? null;
function enlarge(part) {
  if (part) box.dataset.big = part;
  else delete box.dataset.big;
  for (const name of ["editing", "follow"]) {
    one(`big-${name}`).textContent = part === name ? "Réduire" : "Agrandir";
    one(`big-${name}`).setAttribute("aria-label", `${one(`big-${name}`).textContent} ${name === "follow" ? "le suivi" : "le fichier"}`);
  }
}
for (const name of ["editing", "follow"]) one(`big-${name}`).addEventListener("click", () => enlarge(enlarged() === name ? null : name));

/* The follow-up: verification, hand-ins, terminal, journal. */
function showTab(name, focus = false) {
  for (const tab of one("follow-tabs").children) {
    const chosen = tab.id === `tab-${name}`;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    one(tab.getAttribute("aria-controls")).hidden = !chosen;
    if (chosen && focus) tab.focus();
  }
  remember("suivi", name);
  if (enlarged() === "editing") enlarge(null);
  if (name === "terminal" && known?.state === "ready") openTerminal(token, () => one("tab-terminal").focus());
  if (name === "journal" && known?.state === "ready") openJournal(token);
}
tabList(one("follow-tabs"), (tab) => showTab(tab.id.slice(4)));

/* The sheet: foldable, one per session, opened where one was. */
const frame = one("enonce");
function placeOf() { return remembered("enonce") ?? {}; }

function showSheet(id) {
  const sheet = known.sheets.find((item) => item.id === id) ?? known.sheets[0];
  if (!sheet) return;
  one("seance").value = sheet.id;
  one("sheet-alone").href = sheet.href;
  remember("enonce", { ...placeOf(), id: sheet.id });
  const here = frame.contentWindow?.location;
  const wanted = new URL(sheet.href, location.href);
  frame.dataset.hash = wanted.hash;
  if (here?.pathname === wanted.pathname && wanted.hash) comeTo(wanted.hash);
  else frame.src = wanted.pathname;  // its place apart: a browser would scroll this page too, to show it
}

const isRead = () => Boolean(frame.contentDocument?.body) && frame.contentWindow.location.href !== "about:blank";

frame.addEventListener("load", () => {
  const inside = frame.contentWindow;
  if (!isRead()) return;
  comeBack();
  inside.addEventListener("scroll", () => {
    clearTimeout(frame.timer);
    frame.timer = setTimeout(noteSheet, 300);
  }, { passive: true });
});

/* A frame that is folded scrolls to its top: what is noted is where one read. */
function noteSheet() {
  const inside = frame.contentWindow;
  if (!one("feuille").hidden && isRead()) remember("enonce", { ...placeOf(), page: inside.location.pathname, top: inside.scrollY });
}

function comeBack() {
  if (!isRead()) return;
  const inside = frame.contentWindow;
  const place = placeOf();
  if (place.top && place.page === inside.location.pathname) inside.scrollTo(0, place.top);
  else comeTo(inside.location.hash || frame.dataset.hash);
}

/* Scrolls the frame alone: « scrollIntoView » would take the whole page along. */
function comeTo(hash) {
  const at = hash && frame.contentDocument?.getElementById(hash.slice(1));
  if (at) frame.contentWindow.scrollTo(0, frame.contentWindow.scrollY + at.getBoundingClientRect().top);
}
one("seance").addEventListener("change", (event) => showSheet(event.target.value));

function fold(open) {
  clearTimeout(frame.timer);
  if (!open) noteSheet();
  one("fold-sheet").setAttribute("aria-expanded", String(open));
  one("feuille").hidden = !open;
  box.classList.toggle("alone", !open);
  remember("plie", !open);
  if (open) requestAnimationFrame(comeBack);
}
one("fold-sheet").addEventListener("click", () => fold(one("feuille").hidden));

function sheets(state) {
  const key = JSON.stringify(state.sheets);
  if (key === frame.dataset.key) return;
  frame.dataset.key = key;
  one("seance").replaceChildren(...state.sheets.map((sheet) => make("option", { value: sheet.id }, sheet.title)));
  if (state.sheets.length) showSheet(placeOf().id);
}

/* Services, each at its own address, and what opens them. */
function services(state) {
  const key = JSON.stringify([state.services, state.documents]);
  if (key === one("services").dataset.key) return;
  one("services").dataset.key = key;
  const links = Object.entries(state.services).map(([name, href]) => make("a", { class: "button", href, target: "_blank", rel: "noopener" },
    (state.names?.[name] ?? SERVICES[name] ?? name).replace(/^Votre /, state.reader ? "Son " : "Votre "), make("span", { "aria-hidden": "true" }, " ↗"), make("span", { class: "vh" }, " (nouvel onglet)")));
  const papers = state.documents ?? [];
  if (papers.length) links.push(make("button", { type: "button", onclick: () => documents(papers) }, "Documents"));
  one("services").replaceChildren(...links);
}

function documents(papers) {
  const list = make("ul", {}, ...papers.map((paper) => make("li", {}, make("a", { href: paper.href, target: "_blank", rel: "noopener" }, paper.name))));
  return dialog("Documents", [list], [["", "Fermer", "main"]]);
}

one("show-credentials").addEventListener("click", () => {
  const rows = known.credentials.flatMap(({ title, user, password }) => [
    make("h3", {}, title),
    make("dl", { class: "facts" }, ...[["Identifiant", user], ["Mot de passe", password]].flatMap(([name, value]) => [
      make("dt", {}, name),
      make("dd", {}, make("code", {}, value), " ", make("button", { type: "button", class: "small", "aria-label": `Copier : ${name.toLowerCase()} de ${title}`, onclick: (event) => copy(event.target, value) }, "Copier")),
    ])),
  ]);
  dialog("Mots de passe de cet espace", rows, [["", "Fermer", "main"]]);
});

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copié";
  } catch {
    getSelection().selectAllChildren(button.parentElement.querySelector("code"));
    button.textContent = "Sélectionné";
  }
}

/* Time that remains, by the server's clock. */
let ends = null;
let warned = Infinity;
function clock(state) {
  ends = state.deadline ? performance.now() + (Date.parse(state.deadline) - Date.parse(state.server_now)) : null;
  tick();
}
function tick() {
  one("clock").hidden = ends === null;
  if (ends === null) return;
  const minutes = Math.ceil((ends - performance.now()) / 60_000);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  one("clock").textContent = minutes <= 0 ? "Le temps est écoulé"
    : `Il reste ${days > 1 ? `${days} jours` : hours ? `${hours} h ${String(minutes % 60).padStart(2, "0")}` : `${minutes} min`}`;
  one("clock").classList.toggle("short", minutes <= 10);
  const step = [5, 15].find((limit) => minutes <= limit) ?? Infinity;
  if (step < warned) {
    warned = step;
    if (minutes > 0) say(one("clock").textContent);
  }
}
setInterval(tick, 10_000);

/* The workspace itself. */
function helped(state) {
  const done = state.helped;
  if (!done) return drop("helped");
  const sentence = `${done.who} a traité votre demande d’aide à ${atHour(done.at)}.`;
  if (remembered("aide") !== done.at && box.dataset.helped !== sentence) notice("helped", sentence);
  box.dataset.helped = sentence;
  remember("aide", done.at);
}

function looked(state) {
  const last = state.looked_at[0];
  if (!last) return drop("looked");
  const sentence = `${last.who} a regardé votre travail ${isToday(last.at) ? "" : `${atDay(last.at)} `}à ${atHour(last.at)}.`;
  if (remembered("vu") !== last.at && box.dataset.looked !== sentence) notice("looked", sentence);
  box.dataset.looked = sentence;
  remember("vu", last.at);
}

/* What a teacher answered: shown until it is closed, and again once there is something newer. */
function answered(report) {
  const key = JSON.stringify(report);
  if (!report || key === box.dataset.report) return;
  box.dataset.report = key;
  const seen = remembered("rapport") ?? {};
  const graded = report.graded && report.graded > (seen.graded ?? "");
  if (!graded && !(report.remarked && report.remarked > (seen.remarked ?? ""))) return;
  const press = () => window.open(report.href, "_blank", "noopener");
  notice("report", graded ? "Votre travail est corrigé." : "Votre enseignant a écrit un commentaire.", {
    buttons: [{ label: graded ? "Lire le rapport" : "Lire le commentaire", press }],
    closed: () => remember("rapport", known.report),
  });
}

function tell(state) {
  const first = known === null;
  const ready = state.state === "ready" && known?.state !== "ready";
  known = state;
  const told = STATES[state.state];
  if (box.dataset.state !== state.state) {
    box.dataset.state = state.state;
    const bad = state.state === "failed";
    const wakes = ["stopped", "failed"].includes(state.state) && state.editable;
    if (told) notice("state", bad && state.error ? `${told} ${state.error}` : told, { tone: bad ? "bad" : "", closes: false, buttons: wakes ? [{ label: "Démarrer l’espace", press: () => wake() }] : [] });
    else if (!first) { drop("state"); say("Votre espace est prêt."); }
  }
  document.body.classList.toggle("reading", !state.editable);
  editor.setWritable(state.editable);
  if (state.reader) notice("reader", `Vous regardez le travail de ${state.reader}, en lecture seule. Cette personne voit que vous l’avez ouvert.`, { closes: false });
  else { looked(state); helped(state); }
  clock(state);
  sheets(state);
  services(state);
  one("show-credentials").hidden = state.credentials.length === 0 || Boolean(state.reader);
  if (state.reader) one("travail-titre").textContent = `Dossier rendu de ${state.reader}`;
  one("restart").hidden = !["ready", "failed"].includes(state.state) || !state.editable;
  one("tab-terminal").hidden = !state.terminal || Boolean(state.reader);
  one("tab-journal").hidden = !state.journal;
  checking.tell(state);
  if (!state.reader) answered(state.report);
  if (first || ready) {
    const wanted = remembered("suivi") ?? (state.terminal ? "terminal" : "checking");
    showTab(one(`tab-${wanted}`)?.hidden === false ? wanted : "checking");
  }
}

async function wake(renewed = false) {
  // Only the page's own form leads there: the answer is a page.
  const form = make("form", { method: "post", action: `/espace/${token}/reveil` }, renewed ? make("input", { type: "hidden", name: "donnees", value: "1" }) : null);
  document.body.append(form);
  form.submit();
}

one("restart").addEventListener("click", async () => {
  const body = [make("p", {}, "Les services de cet espace s’arrêtent, puis repartent en quelques secondes. Vos fichiers ne changent pas.")];
  if (known.renews) body.push(make("p", {}, "« Remettre les données de départ » efface aussi ce qui a été changé dans la base."));
  const renew = known.renews ? [["renew", "Remettre les données de départ"]] : [];
  const answer = await dialog("Redémarrer cet espace", body, [["restart", "Redémarrer", "main"], ...renew, ["", "Annuler"]]);
  if (!answer) return;
  await editor.saveAll();
  await wake(answer === "renew");
});

let reading = null;
async function files() {
  reading ??= (async () => {
    const found = await tree.refresh();
    if (!box.dataset.files) {
      box.dataset.files = "lus";
      const { open, active } = editor.remembered();
      const there = new Map(found.files.map((file) => [file.path, file]));
      for (const path of open) if (there.has(path)) await editor.open(there.get(path));
      if (active && there.has(active)) editor.show(active);
      await editor.bringBack(found.files);
    }
  })().finally(() => { reading = null; });
  return reading;
}

let soon = 0;
let silent = null;
async function watch() {
  let pause = CALM_MS;
  try {
    const state = await space.state();
    editor.answered();
    silent = null;
    drop("silent");
    tell(state);
    if (["absent", "queued", "starting"].includes(state.state)) pause = SOON_MS[Math.min(soon++, SOON_MS.length - 1)];
    else soon = 0;
    if (!box.dataset.files && state.sheets.length) await files();
  } catch (problem) {
    const waits = ["absent", "queued", "starting"].includes(known?.state);
    if (problem instanceof Unreachable) {
      // A request is lost when a network comes up or changes, as it does on a machine whose containers start.
      silent ??= performance.now();
      pause = 1500;
      if (performance.now() - silent < (waits ? SILENT_MS * 4 : SILENT_MS)) return;
      if (!editor.failures) notice("silent", "Le serveur ne répond pas : nouvel essai dans un instant. Ce que vous écrivez est gardé sur ce poste.", { tone: "bad", closes: false });
      pause = 5000;
    } else if (problem instanceof SignedOut) editor.explain(problem, "");
    else if (problem instanceof Refused && waits) pause = 1500;  // its files are not there yet
    else if (problem instanceof Refused) notice("silent", problem.message, { tone: "bad", closes: false });
    else throw problem;
  } finally {
    setTimeout(watch, pause);
  }
}

setInterval(() => { if (box.dataset.files && !document.hidden) files().catch(() => {}); }, FILES_MS);
document.addEventListener("visibilitychange", () => { if (!document.hidden && box.dataset.files) files().catch(() => {}); });
fold(!(remembered("plie") ?? false));
watch();
