// Ready the sending of a form: arguments = form, button index or -1, novalidate, token; gives where to click.
const [number, wanted, novalidate, token] = arguments;
const form = formAt(number);
if (number >= 0 && !form) return { spot: null, missing: true };
const button = buttonOf(form, wanted);
// A form may wait behind a click, in <details> or in a window: what shows it is pressed first.
const reveal = (node) => {
  for (let up = node; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
  for (const opener of shown(node) ? [] : pressables().filter((item) => !(item.form && sends(item)))) {
    opener.click();
    if (shown(node)) return;
  }
};
if (button && !shown(button)) reveal(button);
if (form) ready(form, novalidate);
expecting(token);
if (button && button.hasAttribute("formtarget")) button.removeAttribute("formtarget");
return { spot: button ? spotOf(button) : null };
