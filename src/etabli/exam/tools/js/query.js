// Where sending a form by GET leads, '' when it is sent otherwise: arguments = form, button index or -1.
const [number, wanted] = arguments;
const form = formAt(number);
const button = form ? buttonOf(form, wanted) : null;
const told = (name) => (button && button.getAttribute(`form${name}`)) || form.getAttribute(name) || "";
if (!form || !/^(?:get)?$/i.test(told("method")) || (button && button.type === "image")) return "";
if ((button && button.disabled) || (form.matches(":invalid") && !form.noValidate)) return ""; // the browser sends nothing
const data = [...new FormData(form, button)];
if (data.some(([, value]) => typeof value !== "string")) return "";
const address = new URL(told("action") || location.href, document.baseURI);
address.search = new URLSearchParams(data.map(([name, value]) => [name, value.replace(/\r\n|\r|\n/g, "\r\n")]));
address.hash = "";
return address.href;
