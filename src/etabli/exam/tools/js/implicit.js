// Ready a form for the Enter key in one of its fields: arguments = form, button index or -1, field index, novalidate, token.
// Says whether it sends the form as the button does that is clicked, or by one that nobody sees (HTML, "implicit submission").
const [number, wanted, place, novalidate, token] = arguments;
const form = formAt(number);
const node = form && (fieldsOf(form)[place] || [])[0];
if (!node || node.tagName !== "INPUT" || !/^(?:text|search|url|tel|email|number)$/.test(node.type) || !shown(node)) return false;
const [first] = buttonsOf(form);
// A form without any button is sent by Enter in the only field of these kinds.
const BLOCKING = /^(?:text|search|url|tel|email|number|password|date|datetime-local|month|week|time)$/;
const blocked = () => controlsOf(form).filter((one) => one.tagName === "INPUT" && BLOCKING.test(one.type)).length > 1;
if (node.disabled || (first ? first.matches(":disabled") : blocked()) || form.querySelector("input[type=image]")) return false;
// What a window keeps hidden in a form that writes ("Supprimer ?") may be its first button, honestly.
if (first !== buttonOf(form, wanted) && (shown(first) || methodOf(form) === "post")) return false;
ready(form, novalidate);
expecting(token);
node.focus({ preventScroll: false });
return document.activeElement === node;
