// The terminal and the live journal: two streams of the worker, asked again when they break.
import { FitAddon, Terminal } from "/statique/paquets.js";
import { one } from "./dom.js";

const AGAIN_MS = [1000, 2000, 5000, 10_000];
const LINES_MAX = 2000;

/** Keeps a WebSocket open as long as it is wanted. */
class Stream {
  constructor(path, { opened, message, said }) {
    this.path = path;
    this.told = { opened, message, said };
    this.tries = 0;
    this.#open();
  }

  #open() {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${this.path}`);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.tries = 0;
      this.told.said("");
      this.told.opened?.(this);
    });
    socket.addEventListener("message", (event) => this.told.message(event.data));
    socket.addEventListener("close", () => {
      this.told.said("Coupé : nouvel essai dans un instant.");
      setTimeout(() => this.#open(), AGAIN_MS[Math.min(this.tries++, AGAIN_MS.length - 1)]);
    });
  }

  send(data) { if (this.socket.readyState === WebSocket.OPEN) this.socket.send(data); }
}

let terminal = null;

/** Opens the terminal, once. */
export function openTerminal(token, leave) {
  if (terminal) {
    terminal.fit.fit();
    return;
  }
  const screen = new Terminal({
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"), fontSize: 15, cursorBlink: false, scrollback: 5000,
    screenReaderMode: true, theme: { background: "#16191e", foreground: "#e8e6e1", cursor: "#9fd0f5", selectionBackground: "#3d5a73" },
  });
  const fit = new FitAddon();
  screen.loadAddon(fit);
  screen.open(one("terminal"));
  terminal = { screen, fit };
  const encoder = new TextEncoder();
  const size = () => stream.send(JSON.stringify({ cols: screen.cols, rows: screen.rows }));
  const stream = new Stream(`/flux/${token}/terminal`, {
    opened: () => { fit.fit(); size(); },
    message: (data) => screen.write(typeof data === "string" ? data : new Uint8Array(data)),
    said: (sentence) => { one("terminal-state").textContent = sentence; },
  });
  screen.onData((text) => stream.send(encoder.encode(text)));
  screen.onBinary((text) => stream.send(Uint8Array.from(text, (char) => char.charCodeAt(0))));
  screen.onResize(size);
  screen.attachCustomKeyEventHandler((event) => {
    if (event.key === "F6") {
      if (event.type === "keydown") leave();
      return false;
    }
    // Copy and paste as the browser has them: Ctrl+C stops a program unless something is selected.
    return !(event.ctrlKey && (event.key === "v" || (event.key === "c" && screen.hasSelection())));
  });
  new ResizeObserver(() => one("terminal").offsetParent && fit.fit()).observe(one("terminal"));
}

let journal = null;

/** Opens the live journal, once. */
export function openJournal(token) {
  if (journal) return;
  const box = one("journal");
  const add = (text) => {
    const low = box.scrollTop + box.clientHeight >= box.scrollHeight - 20;
    box.append(`${text.replace(/\n$/, "")}\n`);
    while (box.childNodes.length > LINES_MAX) box.firstChild.remove();
    if (low) box.scrollTop = box.scrollHeight;
  };
  const decoder = new TextDecoder();
  journal = new Stream(`/flux/${token}/journal`, {
    opened: () => box.replaceChildren(),
    message: (data) => add(typeof data === "string" ? data : decoder.decode(data)),
    said: (sentence) => { one("journal-state").textContent = sentence; },
  });
}
