// Before any script of the page: count what a page still waits for, and notice what leaves it.
(() => {
  if (window.__etabli) return;
  const state = { pending: 0, timers: 0, sent: null, clicked: null };
  Object.defineProperty(window, "__etabli", { value: state, enumerable: false });
  const ended = () => { state.pending = Math.max(0, state.pending - 1); };
  const fetched = window.fetch;
  window.fetch = function (...args) {
    state.pending += 1;
    const answer = fetched.apply(this, args);
    answer.then(ended, ended);
    return answer;
  };
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (...args) {
    state.pending += 1;
    this.addEventListener("loadend", ended, { once: true });
    return send.apply(this, args);
  };
  const later = window.setTimeout;
  window.setTimeout = function (action, delay, ...rest) {
    if (!(delay <= 1000) || typeof action !== "function") return later.call(this, action, delay, ...rest);
    state.timers += 1;
    return later.call(this, (...given) => { state.timers -= 1; return action(...given); }, delay, ...rest);
  };
  state.later = later.bind(window);
  window.addEventListener("submit", (event) => { state.sent = { prevented: event.defaultPrevented }; });
  window.addEventListener("click", (event) => { state.clicked = { prevented: event.defaultPrevented }; });
})();
