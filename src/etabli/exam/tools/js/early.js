// In our world, before any script of the page: notice what leaves the page. Nothing of this is seen from the page's world.
globalThis.kit = { token: null, sent: null, clicked: null };
globalThis.heard = (event) => { globalThis.kit[event.type === "submit" ? "sent" : "clicked"] = event; };
addEventListener("submit", heard, true);
addEventListener("click", heard, true);
