// What can be pressed on the page as it is now, windows that are open included.
return pressables().map((node, index) => ({
  index, name: buttonName(node), method: node.form && sends(node) ? methodOf(node.form) : "",
  form: node.form ? allForms().indexOf(node.form) : -1,
  modal: !!node.closest("dialog[open],[role=dialog],[role=alertdialog],[popover]"),
}));
