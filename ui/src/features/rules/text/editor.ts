import {
  acceptCompletion,
  autocompletion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, Prec, Transaction } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { FactView, ProblemView } from "../../../api/generated/wire";
import { t } from "../../../i18n";
import { factName } from "../../../i18n/facts";
import { rulesLanguage } from "./highlight";

// The editor of the text. It stands in a shadow root: there its styles are sheets of the page's own
// making, which the content security policy allows, and not elements, which it refuses.

/** An editor on the page. */
export interface Editor {
  /** Shows a text that was written elsewhere; the cursor stays where it was, as far as it can. */
  readonly show: (text: string) => void;
  /** Underlines what is wrong. */
  readonly mark: (problems: readonly ProblemView[]) => void;
  /** Offers these facts and names while one types. */
  readonly offer: (facts: Iterable<FactView>, names: readonly string[]) => void;
  readonly goTo: (line: number, focus: boolean) => void;
  readonly end: () => void;
}

const looks = HighlightStyle.define([
  { tag: tags.heading, color: "var(--accent-ink)", fontWeight: "600" },
  { tag: tags.propertyName, color: "var(--ink)" },
  { tag: tags.comment, color: "var(--ink-3)", fontStyle: "italic" },
  { tag: tags.string, color: "var(--agent-ink)" },
  { tag: [tags.number, tags.bool], color: "var(--queue-ink)" },
  { tag: [tags.variableName, tags.className], color: "var(--bot-ink)" },
  { tag: [tags.operator, tags.keyword], color: "var(--ink-2)", fontWeight: "600" },
  { tag: tags.punctuation, color: "var(--ink-3)" },
]);

const theme = EditorView.theme({
  "&": {
    height: "100%",
    backgroundColor: "transparent",
    color: "var(--ink)",
    fontSize: "12.5px",
  },
  "&.cm-focused": { outline: "none" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "var(--hover)" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--ink)", paddingBlock: "10px 40vh" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "1.5px" },
  ".cm-gutters": {
    backgroundColor: "transparent",
    color: "var(--ink-3)",
    border: "none",
    paddingInlineStart: "4px",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { backgroundColor: "var(--accent-ground)" },
  ".cm-selectionMatch": { backgroundColor: "var(--press)" },
  ".cm-searchMatch": { backgroundColor: "var(--soon-ground)", outline: "1px solid var(--soon)" },
  ".cm-tooltip, .cm-panels": {
    border: "none",
    borderRadius: "8px",
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    boxShadow: "var(--shadow-popover)",
    fontFamily: "var(--font-sans)",
    fontSize: "13px",
  },
  ".cm-panels": { borderRadius: "0", boxShadow: "none", borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-search": { padding: "8px 10px" },
  ".cm-panel.cm-search label": { fontSize: "12px" },
  ".cm-textfield, .cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--sheet)",
    border: "1px solid var(--field-line)",
    borderRadius: "5px",
    color: "var(--ink)",
    fontSize: "13px",
    padding: "3px 7px",
  },
  ".cm-tooltip-autocomplete > ul > li": { padding: "4px 8px", lineHeight: "1.4" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent-ground)",
    color: "var(--ink)",
  },
  ".cm-completionDetail": { color: "var(--ink-3)", fontStyle: "normal" },
  ".cm-tooltip-lint": { maxWidth: "420px" },
  ".cm-diagnostic": { padding: "8px 12px", borderInlineStart: "3px solid var(--ink-3)" },
  ".cm-diagnostic-error": { borderInlineStartColor: "var(--broken)" },
  ".cm-diagnostic-warning": { borderInlineStartColor: "var(--soon)" },
  ".cm-diagnosticAction": {
    backgroundColor: "var(--accent)",
    color: "var(--on-accent)",
    borderRadius: "5px",
    padding: "2px 8px",
  },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--broken)",
    textUnderlineOffset: "3px",
  },
  ".cm-lintRange-warning": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--soon)",
    textUnderlineOffset: "3px",
  },
  ".cm-lint-marker": { content: "none", width: "8px", height: "8px", marginTop: "6px" },
  ".cm-lint-marker-error": { borderRadius: "50%", backgroundColor: "var(--broken)" },
  ".cm-lint-marker-warning": {
    backgroundColor: "var(--soon)",
    clipPath: "polygon(50% 0, 100% 100%, 0 100%)",
  },
});

const KEYWORDS = ["id", "why", "on", "when", "do", "reason", "unknown", "once", "status", "before"];

/** Puts an editor into an element. */
export function openEditor(
  host: HTMLElement,
  text: string,
  onChange: (text: string) => void,
): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  root.replaceChildren();
  const place = document.createElement("div");
  place.style.height = "100%";
  root.append(place);
  let facts: readonly FactView[] = [];
  let names: readonly string[] = [];
  let quiet = false;

  const complete = (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/[\w.-]+/);
    if (!word && !context.explicit) return null;
    const line = context.state.doc.lineAt(context.pos);
    const inCondition = /'/.test(line.text.slice(0, context.pos - line.from));
    const options = inCondition
      ? [
          ...facts.map((fact) => ({
            label: fact.name,
            detail: factName(fact.name, fact),
            info: fact.about,
            type: "variable",
          })),
          ...names.map((name) => ({ label: name, type: "constant" })),
        ]
      : KEYWORDS.map((label) => ({ label, type: "property" }));
    return { from: word?.from ?? context.pos, options, validFor: /^[\w.-]*$/ };
  };

  const view = new EditorView({
    root,
    parent: place,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        highlightActiveLineGutter(),
        highlightActiveLine(),
        history(),
        drawSelection(),
        search({ top: true }),
        highlightSelectionMatches(),
        rulesLanguage,
        syntaxHighlighting(looks),
        lintGutter(),
        autocompletion({ override: [complete], icons: false }),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          "aria-label": t("rules.text.label"),
          tabindex: "0",
          spellcheck: "false",
        }),
        EditorState.phrases.of(phrases()),
        Prec.high(keymap.of([{ key: "Tab", run: acceptCompletion }])),
        // Tab leaves the editor, as it leaves every field.
        keymap.of([...lintKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
        theme,
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !quiet) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });

  return {
    show: (next) => {
      const now = view.state.doc.toString();
      if (now === next) return;
      let from = 0;
      while (from < now.length && from < next.length && now[from] === next[from]) from += 1;
      let tail = 0;
      while (
        tail < now.length - from &&
        tail < next.length - from &&
        now[now.length - 1 - tail] === next[next.length - 1 - tail]
      ) {
        tail += 1;
      }
      quiet = true;
      view.dispatch({
        changes: { from, to: now.length - tail, insert: next.slice(from, next.length - tail) },
        annotations: Transaction.addToHistory.of(false),
      });
      quiet = false;
    },
    mark: (problems) => {
      const end = view.state.doc.length;
      const diagnostics = problems.map((one): Diagnostic => {
        const from = Math.min(one.start, end);
        const { fix } = one;
        return {
          from,
          to: Math.max(from, Math.min(one.end, end)),
          severity: one.severity === "error" ? "error" : "warning",
          message: [one.message, one.hint].filter(Boolean).join(" "),
          actions: fix
            ? [
                {
                  name: t("rules.text.fix"),
                  apply: (on) =>
                    on.dispatch({
                      changes: {
                        from: Math.min(fix.start, end),
                        to: Math.min(fix.end, end),
                        insert: fix.replacement,
                      },
                    }),
                },
              ]
            : undefined,
        };
      });
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    offer: (nextFacts, nextNames) => {
      facts = [...nextFacts];
      names = nextNames;
    },
    goTo: (line, focus) => {
      const at = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)));
      view.dispatch({
        selection: { anchor: at.from },
        effects: EditorView.scrollIntoView(at.from, { y: "start", yMargin: 60 }),
      });
      if (focus) view.focus();
    },
    end: () => view.destroy(),
  };
}

// What the editor itself says, in the words of the catalogue.
function phrases(): Record<string, string> {
  return {
    Find: t("editor.find"),
    Replace: t("editor.replace"),
    next: t("editor.next"),
    previous: t("editor.previous"),
    all: t("editor.all"),
    "match case": t("editor.case"),
    "by word": t("editor.word"),
    regexp: t("editor.pattern"),
    replace: t("editor.replaceOne"),
    "replace all": t("editor.replaceAll"),
    close: t("close"),
    Diagnostics: t("editor.problems"),
    "No diagnostics": t("editor.noProblems"),
    "Go to line": t("editor.line"),
    go: t("editor.go"),
    Completions: t("editor.completions"),
    "current match": t("editor.current"),
    "on line": t("editor.onLine"),
    "replaced $ matches": t("editor.replaced"),
    "replaced match on line $": t("editor.replacedOne"),
  };
}
