import { useId, useState } from "react";
import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import type { ReviewView } from "../../api/generated/wire";
import { Button } from "../../design/components/Button";
import { Switch, TextField } from "../../design/components/Field";
import { t, tcode } from "../../i18n";
import { capital } from "../../i18n/format";
import { useAction } from "../../state/actions";
import { announce } from "../../state/announcer";
import { notify } from "../../state/toasts";
import { useInSight } from "./inSight";
import styles from "./review.module.css";

/** Why a draft is not to be sent: a code, words for its author, and who answers instead. */
export function Rejecting({
  draft,
  codes,
  onDone,
}: {
  draft: ReviewView;
  codes: readonly string[];
  onDone: () => void;
}) {
  const id = useId();
  const form = useInSight();
  const [code, setCode] = useState(codes[0] ?? "other");
  const [text, setText] = useState("");
  const [again, setAgain] = useState(false);
  const bot = draft.author.startsWith("bot:");
  const reject = () => {
    call("review_reject", { draft: draft.draft, code, text: text.trim(), again })
      .then(({ conversation, undo }) => {
        const done = t(
          !bot ? "review.done.back" : again ? "review.done.again" : "review.done.rejected",
          { author: capital(draft.author_display) },
        );
        announce(done);
        notify(done, {
          undo:
            undo === null
              ? undefined
              : () => {
                  call("undo", { conversation, of: undo }).then(
                    () => announce(t("toasts.undone")),
                    sayFailure,
                  );
                },
        });
      })
      .catch((thrown) => {
        onDone();
        sayFailure(thrown);
      });
  };
  useAction("send", reject);
  return (
    <form
      ref={form}
      className={styles.panel}
      onSubmit={(event) => {
        event.preventDefault();
        reject();
      }}
    >
      <fieldset className={styles.codes}>
        <legend>{t("review.why")}</legend>
        {codes.map((one, at) => (
          <label key={one}>
            <input
              type="radio"
              name={id}
              value={one}
              checked={code === one}
              // The arrows choose at once, as in every group of this kind.
              // biome-ignore lint/a11y/noAutofocus: the form was asked for by a key
              autoFocus={at === 0}
              onChange={() => setCode(one)}
            />
            {tcode("review.code", one)}
          </label>
        ))}
      </fieldset>
      <TextField
        label={t("review.why.words")}
        hint={t(bot ? "review.why.bot" : "review.why.person")}
        value={text}
        onChange={setText}
        autoComplete="off"
      />
      {bot && (
        <Switch isSelected={again} onChange={setAgain}>
          {t("review.again", { author: capital(draft.author_display) })}
        </Switch>
      )}
      <div className={styles.acts}>
        <Button type="submit" tone="primary" action="send">
          {t("review.reject")}
        </Button>
        <Button tone="quiet" onPress={onDone}>
          {t("cancel")}
        </Button>
      </div>
    </form>
  );
}
