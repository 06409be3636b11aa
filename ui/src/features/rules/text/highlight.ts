import { StreamLanguage, type StreamParser } from "@codemirror/language";

// A rule file is TOML with conditions in quotes; both are coloured, so that a condition reads like
// one and not like a text.

interface State {
  /** What a line is inside of: nothing, a condition, or a list or table over several lines. */
  condition: boolean;
  /** Whether the value of `when` or of a definition comes next. */
  expects: boolean;
  section: string;
}

const FACT = /^(?:conv|msg|bot|customer|channel|draft|agent|team|sla|attr|now|office)(?:\.[\w-]+)*/;

const parser: StreamParser<State> = {
  name: "baton rules",
  startState: () => ({ condition: false, expects: false, section: "" }),
  token(stream, state) {
    if (stream.sol() && !state.condition) {
      stream.eatSpace();
      const head = stream.match(/^\[\[?\s*([\w.-]+)\s*\]?\]/) as RegExpMatchArray | null;
      if (head) {
        state.section = head[1] ?? "";
        return "heading";
      }
      const key = stream.match(/^(?:[\w.-]+|"[^"]*")(?=\s*=)/) as RegExpMatchArray | null;
      if (key) {
        state.expects =
          state.section === "define" || /^(?:when|stop_when|pause_when)$/.test(key[0] ?? "");
        return "propertyName";
      }
    }
    if (stream.eatSpace()) return null;
    if (state.condition) return condition(stream, state);
    if (stream.peek() === "#") {
      stream.skipToEnd();
      return "comment";
    }
    if (stream.match("'")) {
      if (state.expects) {
        state.condition = true;
        return "punctuation";
      }
      stream.match(/^[^']*'?/);
      return "string";
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return "string";
    if (stream.match(/^(?:true|false)\b/)) return "bool";
    if (stream.match(/^[+-]?\d[\d_]*(?:\.\d+)?/)) return "number";
    if (stream.match(/^[\w-]+(?=\s*=)/)) return "propertyName";
    stream.next();
    return null;
  },
  languageData: {
    commentTokens: { line: "#" },
    closeBrackets: { brackets: ["(", "[", "{", '"', "'"] },
  },
};

function condition(
  stream: Parameters<StreamParser<State>["token"]>[0],
  state: State,
): string | null {
  if (stream.match("'")) {
    state.condition = false;
    state.expects = false;
    return "punctuation";
  }
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return "string";
  if (stream.match(/^(?:&&|\|\||!=|==|<=|>=|<|>|!)/)) return "operator";
  if (stream.match(/^in\b/)) return "operator";
  if (stream.match(/^(?:true|false)\b/)) return "bool";
  if (stream.match(/^(?:duration|timestamp|has)(?=\()/)) return "keyword";
  if (stream.match(/^\.(?:contains|startsWith|matches)(?=\()/)) return "keyword";
  if (stream.match(/^-?\d+(?:\.\d+)?/)) return "number";
  if (stream.match(FACT)) return "variableName";
  if (stream.match(/^[\w.-]+/)) return "className";
  stream.next();
  return null;
}

/** The language of a rule file. */
export const rulesLanguage = StreamLanguage.define<State>({
  ...parser,
  tokenTable: {},
});
