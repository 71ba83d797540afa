// What the pages of the room import from others, bundled once into /statique/paquets.js and paquets.css.
export { EditorView, keymap, lineNumbers, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, drawSelection, placeholder } from "@codemirror/view";
export { EditorState, Compartment, Annotation, Transaction } from "@codemirror/state";
export { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
export { search, searchKeymap, openSearchPanel, highlightSelectionMatches } from "@codemirror/search";
export { bracketMatching, indentOnInput, indentUnit, foldGutter, foldKeymap, syntaxHighlighting, HighlightStyle } from "@codemirror/language";
export { MergeView } from "@codemirror/merge";
export { tags } from "@lezer/highlight";
export { php } from "@codemirror/lang-php";
export { html } from "@codemirror/lang-html";
export { css } from "@codemirror/lang-css";
export { javascript } from "@codemirror/lang-javascript";
export { python } from "@codemirror/lang-python";
export { sql } from "@codemirror/lang-sql";
export { Terminal } from "@xterm/xterm";
export { FitAddon } from "@xterm/addon-fit";
import "@xterm/xterm/css/xterm.css";
