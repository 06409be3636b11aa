import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import { IconButton } from "../../design/components/Button";
import { TextField } from "../../design/components/Field";
import { Kbd } from "../../design/components/Kbd";
import { t } from "../../i18n";
import { keysOf, useAction } from "../../state/actions";
import type { InboxPlace } from "../../state/place";
import { notify } from "../../state/toasts";
import styles from "./SearchField.module.css";

const PAUSE_MS = 120;

const NARROWING = ["from:", "tag:", "is:unread", "after:7d", "-"] as const;

/** Searches while one types. */
export function SearchField({
  place,
  onDone,
}: {
  place: InboxPlace;
  /** The search is done: on with the list. */
  onDone: (query: string) => void;
}) {
  const [text, setText] = useState(place.query);
  const input = useRef<HTMLInputElement>(null);
  const queries = useQueryClient();
  const asked = useRef(place.query);

  useEffect(() => {
    // The address changed by another way, such as a place that was clicked.
    if (place.query !== asked.current) {
      asked.current = place.query;
      setText(place.query);
    }
  }, [place.query]);

  useEffect(() => {
    if (text === asked.current) return;
    const timer = setTimeout(() => {
      asked.current = text;
      place.search(text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, place]);

  useAction("search", () => {
    input.current?.focus();
    input.current?.select();
  });

  const save = () => {
    call("saved_search_put", { id: null, name: text.trim(), query: text.trim() }).then(() => {
      notify(t("search.saved", { name: text.trim() }));
      void queries.invalidateQueries({ queryKey: ["views_get"] });
    }, sayFailure);
  };

  const narrow = (word: string) => {
    setText((before) => `${before.trimEnd()} ${word}`.trimStart());
    input.current?.focus();
  };

  return (
    <search className={styles.search}>
      <TextField
        bare
        quiet
        label={t("search.label")}
        icon="search"
        type="search"
        placeholder={t("search.placeholder")}
        value={text}
        onChange={setText}
        inputRef={input}
        onKeyDown={(event) => {
          if (
            (event.key === "Enter" || event.key === "ArrowDown") &&
            !event.nativeEvent.isComposing
          ) {
            event.preventDefault();
            asked.current = text;
            place.search(text);
            onDone(text);
          }
          if (event.key !== "Escape") return;
          if (text) setText("");
          else input.current?.blur();
        }}
        end={
          text.trim() ? (
            <>
              <IconButton size="small" icon="saved" label={t("search.save")} onPress={save} />
              <IconButton
                size="small"
                icon="close"
                label={t("search.clear")}
                onPress={() => setText("")}
              />
            </>
          ) : (
            <Kbd keys={keysOf("search")[0] ?? ""} />
          )
        }
      />
      {/* Shown while the field has the focus: what a search understands, one press each. */}
      <fieldset className={styles.words}>
        <legend className="visually-hidden">{t("search.words")}</legend>
        {NARROWING.map((word) => (
          <button
            key={word}
            type="button"
            className={styles.word}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => narrow(word)}
          >
            {word}
          </button>
        ))}
      </fieldset>
    </search>
  );
}
