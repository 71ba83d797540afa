// What is asked of the server, and what its silence means.

/** The server answered, and said no. */
export class Refused extends Error {
  constructor(status, facts) {
    super(facts.error || "Le serveur a refusé : rechargez la page.");
    this.status = status;
    this.facts = facts;
  }
}

/** No server answered: what was to be sent is kept here. */
export class Unreachable extends Error {}

/** Nobody is signed in any more. */
export class SignedOut extends Error {}

const PAUSE_MS = 20_000;

async function ask(path, options = {}) {
  const { body, method = "GET", headers = {}, keepalive = false, patient = false } = options;
  const limit = new AbortController();
  const alarm = patient ? 0 : setTimeout(() => limit.abort(), PAUSE_MS);
  let answer;
  try {
    answer = await fetch(path, {
      method, body, keepalive, redirect: "manual", cache: "no-store", signal: limit.signal,
      headers: { Accept: "application/json", ...(method === "GET" ? {} : { "X-Etabli": "1" }), ...headers },
    });
  } catch (problem) {
    throw new Unreachable(String(problem));
  } finally {
    clearTimeout(alarm);
  }
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new SignedOut();
  if (answer.status >= 500) throw new Unreachable(`${answer.status}`);
  if (!answer.ok) {
    const facts = await answer.json().catch(() => ({}));
    throw new Refused(answer.status, facts);
  }
  return answer;
}

/** One workspace, as the server knows it. */
export class Space {
  constructor(token) {
    this.token = token;
    this.base = `/api/espace/${token}`;
  }

  #at(what, asked = {}) {
    const query = new URLSearchParams(asked).toString();
    return `${this.base}/${what}${query ? `?${query}` : ""}`;
  }

  state() { return ask(this.base).then((answer) => answer.json()); }
  list() { return ask(this.#at("fichiers")).then((answer) => answer.json()); }
  fileAddress(path) { return this.#at("fichier", { chemin: path }); }

  async read(path) {
    const answer = await ask(this.fileAddress(path));
    return { bytes: new Uint8Array(await answer.arrayBuffer()), sha: (answer.headers.get("ETag") || "").replaceAll('"', "") };
  }

  /** Writes a file over the content that one knows (its SHA-256), or a new one (null). */
  async write(path, body, sha, keepalive = false) {
    const known = sha === null ? { "If-None-Match": "*" } : { "If-Match": `"${sha}"` };
    const answer = await ask(this.fileAddress(path), { method: "PUT", body, keepalive, headers: { ...known, "Content-Type": "application/octet-stream" } });
    return (await answer.json()).sha256;
  }

  delete(path) { return ask(this.fileAddress(path), { method: "DELETE" }).then((answer) => answer.json()); }
  makeFolder(path) { return ask(this.#at("dossier", { chemin: path }), { method: "POST" }); }
  rename(old, path) { return this.#send("renommer", { de: old, vers: path }); }
  deleted() { return ask(this.#at("supprimes")).then((answer) => answer.json()); }
  versions(path) { return ask(this.#at("versions", { chemin: path })).then((answer) => answer.json()); }

  async version(path, sha) {
    const answer = await ask(this.#at("version", { chemin: path, sha256: sha }));
    return new Uint8Array(await answer.arrayBuffer());
  }

  async upload(files, folder, unpack = false) {
    const form = new FormData();
    for (const file of files) form.append("fichiers", file, file.name);
    const asked = { ...(folder ? { dossier: folder } : {}), ...(unpack ? { ouvrir: "1" } : {}) };
    return (await ask(this.#at("televerser", asked), { method: "POST", body: form, patient: true })).json();
  }

  verify() { return this.#send("verifications"); }
  handIn() { return this.#send("depots", {}, true); }
  askHelp(text) { return this.#send("aide", { text }); }
  forgetHelp() { return ask(this.#at("aide"), { method: "DELETE" }); }

  async #send(what, facts = {}, patient = false) {
    const answer = await ask(this.#at(what), { method: "POST", body: JSON.stringify(facts), patient, headers: { "Content-Type": "application/json" } });
    return answer.json().catch(() => ({}));
  }
}
