// What gift-pegjs reads of texts: node gift.js PARSER < JSON list of texts > JSON list; null where it refuses, or finds no question.
const { parse } = require(require("path").resolve(process.argv[2]));
const KINDS = { MC: "choix", TF: "vrai ou faux", Short: "courte", Matching: "association", Numerical: "nombre", Essay: "rédaction" };
const text = (one) => (one && typeof one === "object" ? one.text : one) ?? "";
const squeezed = (one) => String(text(one)).replace(/\s+/g, " ").trim();

function read(one) {
  if (one.type === "TF") {
    return [[one.isTrue ? "true" : "false"], [one.trueFeedback, one.falseFeedback]];
  }
  const choices = Array.isArray(one.choices) ? one.choices : [];
  const right = ["MC", "Short"].includes(one.type) ? choices.filter((c) => c.isCorrect || c.weight > 0) : [];
  return [right.map((c) => squeezed(c.text)), choices.map((c) => c.feedback)];
}

function told(source) {
  let found;
  try {
    found = parse(source);
  } catch {
    return null;
  }
  const questions = found.filter((one) => one.type in KINDS).map((one) => {
    const [right, said] = read(one);
    const feedback = [one.globalFeedback, ...said].map(squeezed).filter(Boolean).sort();
    return [KINDS[one.type], squeezed(one.title), squeezed(one.stem), right, feedback];
  });
  return questions.length ? questions : null;
}

const sources = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(sources.map(told)));
