// What sending a form asks for: { address, body }, body null by GET, address '' where the browser is to send it by itself:
// arguments = form, button index or -1.
const [number, wanted] = arguments;
const form = formAt(number);
const button = form ? buttonOf(form, wanted) : null;
const itself = { address: "", body: null };
const told = (name) => (button && button.getAttribute(`form${name}`)) || form.getAttribute(name) || "";
if (!form || (button && button.type === "image") || form.hasAttribute("accept-charset")) return itself;
if (!/^(?:get|post)?$/i.test(told("method")) || !/^(?:application\/x-www-form-urlencoded)?$/i.test(told("enctype"))) return itself;
if ((button && button.disabled) || (form.matches(":invalid") && !form.noValidate)) return itself; // the browser sends nothing
const data = [...new FormData(form, button)];
if (data.some(([, value]) => typeof value !== "string")) return itself;
const lines = (text) => text.replace(/\r\n|\r|\n/g, "\r\n");
const sent = new URLSearchParams(data.map(([name, value]) => [lines(name), lines(value)]));
const address = new URL(told("action") || location.href, document.baseURI);
if (/^post$/i.test(told("method"))) return { address: address.href, body: `${sent}` };
address.search = sent;
address.hash = "";
return { address: address.href, body: null };
