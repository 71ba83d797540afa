// In our world, before any script of the page: notice what leaves the page. Nothing of this is seen from the page's world.
globalThis.kit = { token: null, sent: null, clicked: null };
addEventListener("submit", (event) => { kit.sent = event; }, true);
addEventListener("click", (event) => { kit.clicked = event; }, true);
