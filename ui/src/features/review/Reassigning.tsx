import { useState } from "react";
import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import type { ReviewView } from "../../api/generated/wire";
import { useSession } from "../../api/queries";
import { Button } from "../../design/components/Button";
import { Select } from "../../design/components/Field";
import { t } from "../../i18n";
import { capital } from "../../i18n/format";
import { announce } from "../../state/announcer";
import { notify } from "../../state/toasts";
import { useInSight } from "./inSight";
import styles from "./review.module.css";

/** Has somebody else read a draft: a person, a team, or all who lead. */
export function Reassigning({ draft, onDone }: { draft: ReviewView; onDone: () => void }) {
  const session = useSession();
  const form = useInSight();
  const teams = [...new Set((session?.team ?? []).flatMap((one) => one.teams))].sort();
  const people = (session?.team ?? []).filter((one) => one.name !== session?.agent.name);
  const choices = [
    ...teams.map((name) => ({ id: `queue:${name}`, name: capital(name), hint: t("review.team") })),
    ...people.map((one) => ({
      id: `agent:${one.name}`,
      name: one.display_name,
      hint: one.available ? "" : t("pass.away"),
    })),
    { id: "role:lead", name: t("review.leads"), hint: "" },
  ];
  const [to, setTo] = useState(choices[0]?.id ?? "role:lead");
  return (
    <form
      ref={form}
      className={styles.panel}
      onSubmit={(event) => {
        event.preventDefault();
        const name = choices.find((one) => one.id === to)?.name ?? to;
        call("review_move", { draft: draft.draft, to })
          .then(() => {
            const done = t("review.done.moved", { to: name });
            announce(done);
            notify(done);
            onDone();
          })
          .catch(sayFailure);
      }}
    >
      <Select label={t("review.to")} value={to} onChange={setTo} choices={choices} />
      <div className={styles.acts}>
        <Button type="submit" tone="primary" autoFocus>
          {t("review.move")}
        </Button>
        <Button tone="quiet" onPress={onDone}>
          {t("cancel")}
        </Button>
      </div>
    </form>
  );
}
