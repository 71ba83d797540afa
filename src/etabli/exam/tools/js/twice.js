// The first of two sendings: as the browser would send it, but the page stays. Says "page" or "script".
const [number, wanted] = arguments;
const form = formAt(number);
const button = buttonOf(form, wanted);
const send = async (event) => {
  const target = (event.submitter && event.submitter.hasAttribute("formaction") && event.submitter.formAction)
    || new URL(form.getAttribute("action") || location.href, document.baseURI).href;
  const data = new FormData(form, event.submitter);
  const multipart = form.getAttribute("enctype") === "multipart/form-data";
  const get = methodOf(form) === "get";
  const address = get ? `${target.split("?")[0]}?${new URLSearchParams(data)}` : target;
  const body = get ? undefined : multipart ? data : new URLSearchParams(data);
  const answer = await fetch(address, { method: get ? "GET" : "POST", body, redirect: "follow" });
  await answer.text();
};
return new Promise((done) => {
let heard = false;
const listen = (event) => {
  heard = true;
  window.removeEventListener("submit", listen);
  if (event.defaultPrevented) { if (button) button.click(); done("script"); return; }
  event.preventDefault();
  send(event).then(() => done("page"), () => done("page"));
};
if (!form) { if (button) { button.click(); button.click(); } done("script"); return; }
ready(form, true);
window.addEventListener("submit", listen);
if (button) button.click(); else form.requestSubmit();
if (!heard) { window.removeEventListener("submit", listen); if (button) button.click(); done("script"); }
});
