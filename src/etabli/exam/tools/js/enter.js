// Send a form that has no button, as the Enter key does.
const [number] = arguments;
HTMLFormElement.prototype.requestSubmit.call(formAt(number));
