// What axe finds: by tags, or by rules alone. With `same`, a text of its background's own colour too, which axe leaves to a person.
const [tags, rules, locale, same] = arguments;
if (locale) window.axe.configure({ locale });
const contrasts = (item) => {
  const found = new Map();
  for (const { data } of item.nodes.slice(0, 2000).flatMap((node) => node.any)) {
    if (!data || !data.fgColor || !data.bgColor) continue;
    const one = {
      text: String(data.fgColor).slice(0, 20), background: String(data.bgColor).slice(0, 20),
      ratio: Number(data.contrastRatio) || 0, wanted: parseFloat(data.expectedContrastRatio) || 0,
    };
    const pair = `${one.text} ${one.background}`, known = found.get(pair);
    if (!known || known.wanted < one.wanted) found.set(pair, one);
  }
  return [...found.values()].slice(0, 5);
};
// A sign that only fills a place, or that is hidden from those who hear the page, is no text.
const lost = ({ any, element }) => any.some(({ data }) => data && data.messageKey === "equalRatio")
  && /[\p{L}\p{N}]{2}/u.test(element.textContent) && !element.closest("[aria-hidden=true]");
const withLost = ({ violations, incomplete }) => {
  const unsure = same ? incomplete.find(({ id }) => id === "color-contrast") : null;
  const nodes = unsure ? unsure.nodes.filter(lost) : [];
  if (!nodes.length) return violations;
  const told = violations.find(({ id }) => id === unsure.id);
  const rest = violations.filter((item) => item !== told);
  return [{ ...unsure, impact: "serious", nodes: [...nodes, ...(told ? told.nodes : [])] }, ...rest];
};
// Where neither the document nor its body has a background, axe takes it for white: a dark canvas is not.
const { documentElement, body } = document;
const clear = (node) => {
  const { backgroundColor, backgroundImage } = getComputedStyle(node);
  return /^rgba\(.*, 0\)$/.test(backgroundColor) && backgroundImage === "none";
};
const canvas = same && clear(documentElement) && (!body || clear(body))
  ? documentElement.animate([{ backgroundColor: "Canvas" }, { backgroundColor: "Canvas" }], { duration: 1e8 }) : null;
const [type, values] = rules ? ["rule", rules] : ["tag", tags];
const options = {
  resultTypes: ["violations", ...(same ? ["incomplete"] : [])], iframes: false, elementRef: same,
  ...(values ? { runOnly: { type, values } } : {}),
};
return window.axe.run(document, options).finally(() => canvas && canvas.cancel()).then((result) => withLost(result).slice(0, 500).map((item) => ({
  id: item.id, impact: item.impact || "minor", help: item.help,
  rgaa: item.tags.filter((tag) => /^RGAA-\d/.test(tag)).map((tag) => tag.slice(5).split(".").slice(0, 2).join(".")),
  nodes: item.nodes.slice(0, 5).map((node) => node.html.slice(0, 200)), count: item.nodes.length,
  contrasts: contrasts(item),
})));
