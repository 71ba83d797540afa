// « Vérifier », « Déposer », « Demander de l'aide »: what a learner asks, and what comes back.
import { askText, atDay, atHour, dialog, isToday, make, notice, one, reveal, say } from "./dom.js";
import { Refused } from "./server.js";

const WORDS = { passed: ["✓", "réussi"], failed: ["✗", "à revoir"], blocked: ["–", "non observé"], error: ["!", "incident technique"] };
const AGAIN_MS = [1000, 2000, 5000, 10_000];

export class Checking {
  constructor(space, editor, showTab) {
    this.space = space;
    this.editor = editor;
    this.showTab = showTab;
    this.id = null;
    this.tries = 0;
    one("verify").addEventListener("click", () => this.#verify());
    one("hand-in").addEventListener("click", () => this.#handIn());
    one("ask-help").addEventListener("click", () => this.#help());
  }

  /** Shows what the server knows: a verification that goes on, hand-ins, a call for help. */
  tell(state) {
    this.state = state;
    if (state.reader && this.id === null && !state.verification) one("check-state").textContent = "Pas encore de vérification.";
    const { verification } = state;
    if (verification && verification.id !== this.id) {
      if (verification.state === "queued" || verification.state === "running") this.#follow(verification.id);
      else if (this.id === null) {
        this.id = verification.id;
        this.#ended({ state: verification.state, page: verification.page, summary: verification.said }, verification.ended_at ?? verification.asked_at);
      }
    }
    this.#receipts(state.hand_ins);
    one("ask-help").textContent = state.help ? "Aide demandée" : "Demander de l’aide";
    one("ask-help").setAttribute("aria-pressed", String(Boolean(state.help)));
  }

  async #asking(button, work) {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    try {
      if (!await this.editor.saveAll()) {
        notice("ask", "Un fichier n’est pas encore enregistré sur le serveur : attendez qu’il le soit, puis recommencez.", { tone: "bad" });
        return;
      }
      await work();
    } catch (problem) {
      if (problem instanceof Refused) notice("ask", problem.message, { tone: "bad" });
      else notice("ask", "Le serveur ne répond pas : réessayez dans un instant.", { tone: "bad" });
    } finally {
      button.setAttribute("aria-disabled", "false");
    }
  }

  #verify() {
    return this.#asking(one("verify"), async () => {
      this.showTab("checking");
      reveal(one("suivi"));
      let id;
      try {
        ({ id } = await this.space.verify());
      } catch (problem) {
        if (!(problem instanceof Refused) || problem.status !== 409 || problem.facts.id === undefined) throw problem;
        ({ id } = problem.facts);
        notice("ask", "Une vérification est déjà en cours : la voici.");
      }
      this.#follow(id);
    });
  }

  #follow(id) {
    if (this.id === id && this.stream) return;
    this.id = id;
    this.stream?.close();
    this.#state("La vérification est demandée.");
    one("check-page").hidden = true;
    const stream = new EventSource(`/api/verifications/${id}/suite`);
    this.stream = stream;
    const heard = (name, tell) => stream.addEventListener(name, (event) => {
      this.tries = 0;
      tell(JSON.parse(event.data));
    });
    stream.addEventListener("open", () => this.#begin(null));  // all is told again at each opening
    heard("place", ({ rank, eta_s: seconds }) => this.#state(rank > 0
      ? `En attente : ${rank} vérification${rank > 1 ? "s" : ""} avant la vôtre${lasting(seconds)}.`
      : `C’est bientôt votre tour${lasting(seconds)}.`));
    heard("begin", ({ total }) => {
      this.#begin(total);
      this.#state("La vérification a commencé. Vous pouvez continuer ou quitter la page : rien ne se perd.");
    });
    heard("finding", (finding) => this.#finding(finding));
    heard("end", (end) => {
      stream.close();
      this.stream = null;
      this.#ended(end, end.at ?? Date.now());
    });
    stream.addEventListener("error", () => {
      if (this.stream !== stream || stream.readyState !== EventSource.CLOSED) return;
      this.stream = null;
      this.#state("La suite n’arrive plus : nouvel essai dans un instant.");
      setTimeout(() => this.#follow(id), AGAIN_MS[Math.min(this.tries++, AGAIN_MS.length - 1)]);
    });
  }

  #begin(total) {
    this.total = total;
    this.count = { passed: 0, failed: 0, blocked: 0, error: 0 };
    one("findings").replaceChildren();
    const bar = one("check-progress");
    bar.hidden = false;
    bar.removeAttribute("value");
    if (total) Object.assign(bar, { max: total, value: 0 });
  }

  #finding({ title, outcome }) {
    const [sign, word] = WORDS[outcome] ?? WORDS.error;
    this.count[outcome] = (this.count[outcome] ?? 0) + 1;
    one("findings").append(make("li", { class: `is-${outcome}` }, make("span", { class: "sign", "aria-hidden": "true" }, sign), make("span", { class: "what" }, title), make("span", { class: "word" }, word)));
    const done = one("findings").children.length;
    if (this.total) one("check-progress").value = done;
    one("check-state").textContent = `${done}${this.total ? ` point${done > 1 ? "s" : ""} regardé${done > 1 ? "s" : ""} sur ${this.total}` : ` point${done > 1 ? "s" : ""} regardé${done > 1 ? "s" : ""}`} : ${this.count.passed} réussi${this.count.passed > 1 ? "s" : ""}, ${this.count.failed} à revoir.`;
  }

  #ended({ state, page, summary }, at) {
    one("check-progress").hidden = true;
    const done = state === "done";
    const hour = atHour(at);
    this.#state(summary ? `Vérification de ${hour}. ${summary}` : done ? `Vérification finie à ${hour}.` : `La vérification n’a pas abouti (${hour}) : relancez-la.`);
    one("check-page").hidden = !page;
    if (page) one("check-page").replaceChildren(make("a", { class: "button main", href: page, target: "_blank", rel: "noopener" }, "Lire la page : trois choses d’abord, et des aides"));
  }

  #state(sentence) {
    one("check-state").textContent = sentence;
    say(sentence);
  }

  #handIn() {
    return this.#asking(one("hand-in"), async () => {
      const before = this.state?.hand_ins.length ?? 0;
      const body = [make("p", {}, before ? `Vous avez déjà déposé ${before} fois. Ce nouveau dépôt comptera, les autres sont gardés.` : "Tout votre travail est copié tel qu’il est maintenant. Vous pourrez déposer de nouveau : le dernier dépôt compte.")];
      const { deadline, server_now: now } = this.state ?? {};
      if (deadline && Date.parse(deadline) <= Date.parse(now)) body.push(make("p", {}, make("b", {}, "L’échéance est passée :"), " ce dépôt est pris, et sera dit « en retard »."));
      if (await dialog("Déposer votre travail", body, [["ok", "Déposer maintenant", "main"], ["", "Pas encore"]]) !== "ok") return;
      const receipt = await this.space.handIn();
      this.showTab("receipts");
      const facts = [
        ["Dépôt", `n° ${receipt.number}`], ["Reçu par le serveur", `${atDay(receipt.at)} à ${new Date(receipt.at).toLocaleTimeString("fr-FR", { timeZone: "Europe/Paris" })}`],
        ["Code", receipt.code], ["SHA-256", receipt.sha256],
      ];
      const list = make("dl", { class: "facts" });
      for (const [name, value] of facts) list.append(make("dt", {}, name), make("dd", {}, value));
      reveal(one("suivi"));
      const missing = receipt.warnings ?? [];
      one("receipt").replaceChildren(make("div", { class: "receipt" },
        make("h2", {}, receipt.late ? "Votre travail est déposé, en retard" : "Votre travail est déposé"), list,
        missing.length ? make("p", {}, make("b", {}, "À regarder avant la fin :")) : make("p", {}, "Rien ne manque à première vue."),
        missing.length ? make("ul", {}, ...missing.map((sentence) => make("li", {}, sentence))) : null));
      say(`Votre travail est déposé. ${missing.length ? `À regarder : ${missing.join(" ")}` : ""}`);
      const state = await this.space.state();
      this.tell(state);
    });
  }

  #receipts(done) {
    const key = JSON.stringify(done);
    if (key === this.drawn) return;
    this.drawn = key;
    one("no-receipt").hidden = done.length > 0;
    const rows = [...done].sort((left, right) => right.number - left.number).map((one_, index) => make("li", { value: one_.number },
      make("a", { href: `/espace/${this.space.token}/depots/${one_.number}`, target: "_blank", rel: "noopener" }, `${isToday(one_.at) ? "aujourd’hui" : atDay(one_.at)} à ${atHour(one_.at)}`),
      ` – ${one_.code}${one_.late ? ", en retard" : ""}${index === 0 ? ", celui qui compte" : ""}`));
    one("receipts").replaceChildren(...rows);
  }

  async #help() {
    const { help, report } = this.state ?? {};
    if (help) {
      const remarks = report?.remarked ? make("p", {}, make("a", { href: `${report.href}#commentaires`, target: "_blank", rel: "noopener" }, "Lire le commentaire de votre enseignant")) : null;
      const body = [make("p", {}, `Vous avez demandé de l’aide à ${atHour(help.at)}. Votre enseignant peut ouvrir votre travail, sans le changer.`), help.text ? make("blockquote", {}, help.text) : null, remarks].filter(Boolean);
      if (await dialog("Aide demandée", body, [["keep", "J’attends encore", "main"], ["drop", "Je n’en ai plus besoin"]]) !== "drop") return;
      await this.#asking(one("ask-help"), async () => {
        await this.space.forgetHelp();
        this.tell({ ...this.state, help: null });
      });
      return;
    }
    const text = await askText("Demander de l’aide", "Où êtes-vous bloqué ?", "", { button: "Demander", lines: 4, hint: "Votre enseignant pourra ouvrir votre travail, sans le changer. Vous verrez qu’il l’a regardé." });
    if (text === null) return;
    await this.#asking(one("ask-help"), async () => {
      await this.space.askHelp(text);
      this.tell({ ...this.state, help: { at: new Date().toISOString(), text } });
      notice("help", "Votre demande est partie.");
    });
  }
}

function lasting(seconds) {
  if (!seconds) return "";
  return seconds < 50 ? ", moins d’une minute" : `, environ ${Math.round(seconds / 60)} min`;
}
