// The second sending, whatever a script did to the button meanwhile.
const [number, wanted] = arguments;
const form = formAt(number);
const button = wanted >= 0 ? buttonsOf(form)[wanted] : buttonsOf(form).find(shown) || buttonsOf(form)[0];
if (button && button.name) {
  const copy = document.createElement("input");
  copy.type = "hidden"; copy.name = button.name; copy.value = button.value;
  form.append(copy);
}
globalThis.kit.sent = { defaultPrevented: false };
HTMLFormElement.prototype.submit.call(form);
