// Ready the sending of a form: arguments = form, button index or -1, novalidate, token; gives the button to click.
const [number, wanted, novalidate, token] = arguments;
const form = formAt(number);
if (number >= 0 && !form) return { error: "missing" };
const buttons = controlsOf(form).filter((node) => isButton(node) && node.type !== "reset" && (form ? sends(node) : true));
const button = wanted >= 0 ? buttons[wanted] : buttons.find((node) => shown(node) && !node.disabled) || buttons[0];
// A form may wait behind a click, in <details> or in a window: what shows it is pressed first.
const reveal = (node) => {
  for (let up = node; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
  for (const opener of shown(node) ? [] : pressables().filter((item) => !(item.form && sends(item)))) {
    opener.click();
    if (shown(node)) return;
  }
};
if (button && !shown(button)) reveal(button);
if (form && novalidate) form.setAttribute("novalidate", "");
if (form) form.removeAttribute("target");
window.__etabli_token = token;
if (window.__etabli) { window.__etabli.sent = null; window.__etabli.clicked = null; }
if (button) { button.removeAttribute("formtarget"); button.scrollIntoView({ block: "center" }); }
return { button: button || null };
