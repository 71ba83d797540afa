const [tags, locale] = arguments;
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
const options = {
  resultTypes: ["violations"], iframes: false, ...(tags ? { runOnly: { type: "tag", values: tags } } : {}),
};
return window.axe.run(document, options).then((result) => result.violations.slice(0, 500).map((item) => ({
  id: item.id, impact: item.impact || "minor", help: item.help,
  rgaa: item.tags.filter((tag) => /^RGAA-\d/.test(tag)).map((tag) => tag.slice(5).split(".").slice(0, 2).join(".")),
  nodes: item.nodes.slice(0, 5).map((node) => node.html.slice(0, 200)), count: item.nodes.length,
  contrasts: contrasts(item),
})));
