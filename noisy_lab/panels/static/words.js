// Words for the names of columns. Nothing here needs a browser.
const WORDS = {
  idx: "number of the image",
  random_look: "random look",
  copy_group: "group of copies",
  dark: "how dark",
  bright: "how bright",
  blurred: "how blurred",
  blank: "how blank",
  odd_shape: "how oddly shaped",
  tiny: "how tiny",
  given: "given label",
  suggested: "suggested label",
  decision: "decision",
  pred: "predicted class",
  pseudo: "pseudo-label",
  true: "true class",
  conf: "confidence",
  conf_before: "confidence before",
  rot_loss: "loss of the head",
  p_wrong: "chance of being wrong",
  agreement: "share of scores that accuse it",
  confidence: "chance of the suggestion",
  self_confidence: "doubt about the given label",
};

export const wordsOf = (name) => WORDS[name] ?? name.replaceAll("_", " ");
export const inWords = (names) => names.map((o) => [o, wordsOf(o)]);
