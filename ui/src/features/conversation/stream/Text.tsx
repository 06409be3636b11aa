import { type ReactNode, useId, useState } from "react";
import { currentPlatform } from "../../../api/client";
import { Icon } from "../../../design/icons";
import { t } from "../../../i18n";
import styles from "./Text.module.css";

const ADDRESS = /https?:\/\/[^\s<>"'`]+/gu;

// A full stop or bracket after an address belongs to the sentence around it.
function endOf(url: string): number {
  let end = url.length;
  while (end > 0) {
    const last = url[end - 1] ?? "";
    if (/[.,;:!?…]/.test(last)) end -= 1;
    else if (last === ")" && !url.slice(0, end).includes("(")) end -= 1;
    else if (last === "]" && !url.slice(0, end).includes("[")) end -= 1;
    else break;
  }
  return end;
}

/** Turns web addresses within a text into links that open outside. */
export function linked(text: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const url = match[0].slice(0, endOf(match[0]));
    if (!URL.canParse(url)) continue;
    parts.push(text.slice(from, match.index));
    parts.push(
      <a
        key={match.index}
        href={url}
        target="_blank"
        rel="noopener noreferrer"
        onClick={(event) => {
          event.preventDefault();
          currentPlatform().openOutside(url);
        }}
      >
        {url}
      </a>,
    );
    from = match.index + url.length;
  }
  parts.push(text.slice(from));
  return parts;
}

const LINE = 68;
const CAPPED_FROM = 34;

/** Returns about how many lines a text takes at the measure it is set to. */
export function linesOf(text: string): number {
  return text
    .split("\n")
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LINE)), 0);
}

/** The text of a message: at most a screen of it until all is asked for, here or from outside. */
export function MessageText({ text, all }: { text: string; all: boolean }) {
  const [chosen, setWhole] = useState(false);
  const whole = chosen || all;
  const id = useId();
  const long = linesOf(text) > CAPPED_FROM;
  return (
    <div className={styles.holder} data-capped={(long && !whole) || undefined}>
      <div id={id} className={styles.text} dir="auto">
        {linked(text)}
      </div>
      {long && (
        <button
          type="button"
          className={styles.all}
          aria-expanded={whole}
          aria-controls={id}
          onClick={() => setWhole(!whole)}
        >
          <span data-turned={whole || undefined} className={styles.sign}>
            <Icon name="down" size={14} />
          </span>
          {whole ? t("message.less") : t("message.all")}
        </button>
      )}
    </div>
  );
}
