const [tags, locale] = arguments;
if (locale) window.axe.configure({ locale });
const options = {
  resultTypes: ["violations"], iframes: false, ...(tags ? { runOnly: { type: "tag", values: tags } } : {}),
};
return window.axe.run(document, options).then((result) => result.violations.slice(0, 500).map((item) => ({
  id: item.id, impact: item.impact || "minor", help: item.help,
  rgaa: item.tags.filter((tag) => /^RGAA-\d/.test(tag)).map((tag) => tag.slice(5).split(".").slice(0, 2).join(".")),
  nodes: item.nodes.slice(0, 5).map((node) => node.html.slice(0, 200)),
})));
