// The tree of files: by mouse and by keyboard, with what is done to the one that is chosen.
import { askText, atDay, atHour, dialog, drop, isToday, make, notice, one, reveal, say, visible, weight } from "./dom.js";
import { Refused, SignedOut, Unreachable } from "./server.js";

const EDGE = (path) => path.slice(0, path.lastIndexOf("/") + 1);
const LAST = (path) => path.slice(path.lastIndexOf("/") + 1);

export class Tree {
  constructor(space, editor) {
    this.space = space;
    this.editor = editor;
    this.files = [];
    this.folders = [];
    this.closed = new Set();
    this.chosen = null;
    this.asked = this.told = 0;
    this.box = one("tree");
    this.#wire();
  }

  #wire() {
    this.box.addEventListener("click", (event) => {
      const item = event.target.closest('[role="treeitem"]');
      if (item) this.#use(item.dataset.path);
    });
    this.box.addEventListener("keydown", (event) => this.#key(event));
    this.box.addEventListener("focusin", (event) => {
      const item = event.target.closest('[role="treeitem"]');
      if (item) this.choose(item.dataset.path);
    });
    one("new-file").addEventListener("click", () => this.#newFile());
    one("new-folder").addEventListener("click", () => this.#newFolder());
    one("rename").addEventListener("click", () => this.#rename());
    one("delete").addEventListener("click", () => this.#delete());
    one("find-deleted").addEventListener("click", () => this.#findDeleted());
    one("upload").addEventListener("click", () => one("upload-input").click());
    one("upload-input").addEventListener("change", (event) => {
      this.upload([...event.target.files], this.#folder());
      event.target.value = "";
    });
    this.#dropping();
  }

  #dropping() {
    const zone = one("travail");
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    for (const kind of ["dragenter", "dragover"]) {
      zone.addEventListener(kind, (event) => {
        if (!carries(event)) return;
        event.preventDefault();
        zone.classList.add("dropping");
      });
    }
    zone.addEventListener("dragleave", (event) => { if (!zone.contains(event.relatedTarget)) zone.classList.remove("dropping"); });
    zone.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      zone.classList.remove("dropping");
      const item = event.target.closest?.('[role="treeitem"]');
      const folder = item ? (this.folders.includes(item.dataset.path) ? item.dataset.path : EDGE(item.dataset.path).slice(0, -1)) : "";
      const folders = [...event.dataTransfer.items].filter((entry) => entry.webkitGetAsEntry?.()?.isDirectory);
      if (folders.length) {
        notice("upload", "Un dossier ne peut pas être glissé tel quel : compressez-le en .zip, puis glissez le zip.", { tone: "bad" });
        return;
      }
      this.upload([...event.dataTransfer.files], folder);
    });
    for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => carries(event) && event.preventDefault());
  }

  /** Reads the list again, and shows it, unless a later one is shown already. */
  async refresh() {
    const turn = ++this.asked;
    const found = await this.space.list();
    if (turn < this.told) return found;
    this.told = turn;
    this.files = found.files;
    this.folders = found.folders;
    if ([...this.folders, ...this.files.map((file) => file.path)].includes(this.gone)) {
      this.gone = null;
      drop("deleted");  // it is back: nothing is left to undo
    }
    if (!found.whole) notice("many", "Il y a trop de fichiers pour tous les montrer : retirez ce qui n’est pas demandé.", { tone: "bad" });
    const same = JSON.stringify([found.files.map((file) => [file.path, file.kind]), found.folders, [...this.closed]]);
    if (same !== this.drawn) {
      this.drawn = same;
      this.#draw();
    } else {
      for (const file of this.files) this.#weigh(file);
    }
    await this.editor.follow(this.files);
    return found;
  }

  /** Tells what a file weighs now, in the list as it stands. */
  #weigh({ path, kind, size }) {
    const told = this.box.querySelector(`[data-path="${CSS.escape(path)}"] .weight`);
    if (told && kind !== "other") told.textContent = weight(size);
  }

  #draw() {
    const held = this.box.contains(document.activeElement);
    const all = [...this.folders.map((path) => ({ path, folder: true })), ...this.files];
    // « a/b » comes after « a », folders before files at each level.
    const key = (item) => item.path.split("/").map((part, at, parts) => (at < parts.length - 1 || item.folder ? "0" : "1") + part.toLocaleLowerCase("fr")).join("/");
    all.sort((left, right) => key(left).localeCompare(key(right), "fr"));
    const rows = [];
    for (const item of all) {
      const above = item.path.split("/").slice(0, -1);
      if (above.some((_part, at) => this.closed.has(above.slice(0, at + 1).join("/")))) continue;
      const row = make("div", {
        role: "treeitem", tabindex: "-1", "data-path": item.path, "aria-level": above.length + 1,
        "aria-expanded": item.folder ? String(!this.closed.has(item.path)) : null, class: item.folder ? "folder" : "file",
      }, make("span", { class: "name" }, visible(LAST(item.path))), item.folder ? null : make("span", { class: "weight" }, item.kind === "other" ? "lien : à supprimer" : weight(item.size)));
      row.classList.add(`level-${Math.min(above.length, 6)}`);
      rows.push(row);
    }
    this.box.replaceChildren(...rows);
    this.#destinations();
    if (!rows.length) this.box.append(make("div", { role: "treeitem", "aria-disabled": "true", class: "none", tabindex: "0" }, "Aucun fichier pour l’instant."));
    if (!all.some((item) => item.path === this.chosen)) this.chosen = null;
    this.choose(this.chosen ?? rows[0]?.dataset.path ?? null, false);
    if (held) this.#item(this.chosen ?? rows[0]?.dataset.path)?.focus();
  }

  #item(path) { return [...this.box.children].find((row) => row.dataset.path === path); }

  choose(path, marked = true) {
    for (const row of this.box.querySelectorAll("[data-path]")) {
      const same = row.dataset.path === path;
      row.tabIndex = same ? 0 : -1;
      row.setAttribute("aria-selected", String(same && (marked || this.chosen === path)));
    }
    if (marked) {
      this.chosen = path;
      this.#aim(this.folders.includes(path) ? path : EDGE(path).slice(0, -1));
    }
    // Nothing appears or goes: a row must not move under the finger that presses it.
    one("rename").disabled = one("delete").disabled = !this.chosen;
    const file = this.files.find((item) => item.path === this.chosen && item.kind !== "other");
    one("download").setAttribute("aria-disabled", String(!file));
    if (file) one("download").href = this.space.fileAddress(file.path);
    else one("download").removeAttribute("href");
    one("file-tools").setAttribute("aria-label", this.chosen ? `Fichier choisi : ${this.chosen}` : "Fichier choisi");
  }

  async #use(path) {
    if (!path) return;
    this.choose(path);
    if (this.folders.includes(path)) return this.#fold(path, !this.closed.has(path));
    const file = this.files.find((item) => item.path === path);
    if (file.kind === "other") return;
    await this.#try(() => this.editor.open(file));
    reveal(one("edition"));  // on a phone, and with a large text, it opens below the list
  }

  #fold(path, closed) {
    this.closed[closed ? "add" : "delete"](path);
    this.chosen = path;
    this.#draw();
    this.#item(path)?.focus();
  }

  #key(event) {
    const rows = [...this.box.querySelectorAll("[data-path]")];
    const at = rows.indexOf(document.activeElement);
    if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const { path } = rows[at].dataset;
    const folder = this.folders.includes(path);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) rows[Math.max(0, Math.min(rows.length - 1, to))].focus();
    else if (event.key === "Enter" || event.key === " ") this.#use(path).then(() => folder || this.editor.focus());
    else if (event.key === "ArrowRight" && folder) this.closed.has(path) ? this.#fold(path, false) : rows[at + 1]?.focus();
    else if (event.key === "ArrowLeft") folder && !this.closed.has(path) ? this.#fold(path, true) : this.#item(EDGE(path).slice(0, -1))?.focus();
    else if (event.key === "F2") this.#rename();
    else if (event.key === "Delete") this.#delete();
    else return;
    event.preventDefault();
  }

  /** Where what is sent or made goes: beside what is chosen in the list, unless another folder is said. */
  #folder() { return one("destination").value; }

  #aim(folder) { one("destination").value = this.folders.includes(folder) ? folder : ""; }

  #destinations() {
    const there = JSON.stringify(this.folders);
    if (there === one("destination").dataset.there) return;  // a list that is open stays so
    const kept = this.#folder();
    one("destination").dataset.there = there;
    one("destination").replaceChildren(...["", ...this.folders].map((path) => make("option", { value: path }, `rendu/${path ? `${visible(path)}/` : ""}`)));
    this.#aim(kept);
  }

  /** Does something on the server; what it refuses is said, and the list read again. */
  async #try(work) {
    try {
      const done = await work();
      await this.refresh();
      return done ?? true;
    } catch (problem) {
      if (problem instanceof Refused) notice("files", problem.message, { tone: "bad" });
      else if (problem instanceof Unreachable) notice("files", "Le serveur ne répond pas : réessayez dans un instant.", { tone: "bad" });
      else if (problem instanceof SignedOut) this.editor.explain(problem, "");
      else throw problem;
      return null;
    }
  }

  async #newFile() {
    const folder = this.#folder();
    const name = await askText("Nouveau fichier", "Nom du fichier", folder ? `${folder}/` : "", { button: "Créer", hint: "Par exemple page.php ou css/style.css." });
    if (!name) return;
    if (!await this.#try(() => this.space.write(name, "", null))) return;
    this.choose(name);
    const file = this.files.find((item) => item.path === name);
    if (file) await this.#try(() => this.editor.open(file));
    this.editor.focus();
  }

  async #newFolder() {
    const folder = this.#folder();
    const name = await askText("Nouveau dossier", "Nom du dossier", folder ? `${folder}/` : "", { button: "Créer" });
    if (name && await this.#try(() => this.space.makeFolder(name.replace(/\/+$/, "")))) this.choose(name);
  }

  async #rename() {
    const old = this.chosen;
    if (!old || !this.editor.writable) return;
    const name = await askText("Renommer", `Nouveau nom de « ${old} »`, old, { button: "Renommer", hint: "Écrivez un dossier devant pour le déplacer : images/photo.png." });
    if (!name || name === old) return;
    await this.editor.saveAll();
    const done = await this.#try(async () => {
      await this.space.rename(old, name);
      this.editor.renamed(old, name);
      this.chosen = name;
    });
    if (done) say(`« ${old} » s’appelle maintenant « ${name} ».`);
  }

  async #delete() {
    const path = this.chosen;
    if (!path || !this.editor.writable) return;
    await this.editor.saveAll();
    const done = await this.#try(() => this.space.delete(path));
    if (!done) return;
    const kept = Object.entries(done.deleted);
    this.gone = path;
    notice("deleted", `« ${path} » est supprimé.`, { buttons: kept.length ? [{ label: "Annuler la suppression", press: () => this.#bringBack(path, kept) }] : [] });
  }

  async #bringBack(path, kept) {
    const done = await this.#try(async () => {
      for (const [name, sha] of kept) await this.space.write(name, await this.space.version(name, sha), null);
    });
    if (done) {
      say(`« ${path} » est revenu.`);
      this.choose(path);
    }
  }

  /** Gives back a file that was deleted, however long ago its content is kept. */
  async #findDeleted() {
    const gone = await this.#try(() => this.space.deleted());
    if (!gone) return;
    if (!gone.length) {
      await dialog("Fichiers supprimés", [make("p", {}, "Aucun fichier supprimé n’est gardé.")], [["", "Fermer", "main"]]);
      return;
    }
    const list = make("select", { id: "deleted-list", size: Math.min(10, Math.max(3, gone.length)) });
    for (const [index, file] of gone.entries()) list.append(make("option", { value: index }, `${visible(file.path)} – ${isToday(file.at) ? "" : `${atDay(file.at)} à `}${atHour(file.at)}, ${weight(file.size)}`));
    const body = [make("label", { for: "deleted-list" }, "Le dernier contenu de chaque fichier qui n’est plus là"), list];
    if (await dialog("Fichiers supprimés", body, [["back", "Reprendre ce fichier", "main"], ["", "Fermer"]], { ready: () => { list.value = "0"; list.focus(); } }) !== "back") return;
    const { path, sha256 } = gone[list.value];
    await this.#bringBack(path, [[path, sha256]]);
  }

  async upload(files, folder) {
    if (!files.length || !this.editor.writable) return;
    let unpack = false;
    if (files.length === 1 && files[0].name.toLowerCase().endsWith(".zip")) {
      const answer = await dialog("Un zip", [make("p", {}, `Que faire de « ${files[0].name} » ?`)], [["open", "L’ouvrir ici", "main"], ["keep", "Le garder tel quel"], ["", "Annuler"]]);
      if (!answer) return;
      unpack = answer === "open";
    }
    notice("upload", `Envoi de ${files.length > 1 ? `${files.length} fichiers` : `« ${files[0].name} »`}…`, { closes: false });
    await this.editor.saveAll();
    const done = await this.#try(() => this.space.upload(files, folder, unpack));
    if (!done) return notice("upload", "");
    const { written, replaced } = done;
    const many = (names, one_, several) => (names.length === 1 ? `« ${names[0]} » ${one_}` : names.length ? `${names.length} fichiers ${several}` : null);
    const said = [many(written, "est arrivé", "sont arrivés"), many(replaced, "est remplacé ; l’ancien est dans ses versions", "sont remplacés ; les anciens sont dans leurs versions")];
    notice("upload", `${said.filter(Boolean).join(", ") || "Ce zip est vide"}.`);
  }
}
