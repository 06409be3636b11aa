import { useMemo } from "react";
import { sayFailure } from "../../../api/acts";
import type { RuleForm } from "../../../api/generated/wire";
import { t } from "../../../i18n";
import { announce } from "../../../state/announcer";
import { notify } from "../../../state/toasts";
import { useTheBench } from "../bench";
import { desk, makeEdit, write } from "../desk";
import { useRulesPlace } from "../place";

/** What can be done with whole rules. */
export interface RuleActs {
  readonly add: () => void;
  /** Opens the rule that has drafts read first, or writes one. */
  readonly openReview: () => void;
  readonly copy: (rule: RuleForm) => void;
  readonly remove: (id: string) => void;
}

/** Returns what can be done with whole rules; each can be taken back. */
export function useRuleActs(): RuleActs {
  const { form } = useTheBench();
  const place = useRulesPlace();
  return useMemo(() => {
    const free = (wanted: string) => {
      const taken = new Set(form.map((one) => one.id));
      let id = wanted;
      for (let n = 2; taken.has(id); n += 1) id = `${wanted}-${n}`;
      return id;
    };
    const put = (
      rule: Pick<RuleForm, "id" | "why" | "reason" | "owner" | "on" | "when" | "does">,
    ) => {
      makeEdit({ kind: "rule_add", after: null, status: "shadow", ...rule }).then(() => {
        place.open(rule.id, "form");
        announce(t("rules.added", { rule: rule.id }));
      }, sayFailure);
    };
    return {
      add: () =>
        put({
          id: free("new-rule"),
          why: "",
          reason: t("rules.newReason"),
          owner: "",
          on: ["customer.message"],
          when: { kind: "row", fact: "conv.control", op: "==", limit: '"bot"', text: "", row: 0 },
          does: [{ slot: "control", value: "queue" }],
        }),
      openReview: () => {
        const known = form.find(
          (one) => one.on.includes("draft") && one.does.some((does) => does.slot === "review"),
        );
        if (known) return place.open(known.id, "form");
        put({
          id: free("drafts-read-first"),
          why: "",
          reason: t("rules.newReview"),
          owner: "",
          on: ["draft"],
          when: {
            kind: "row",
            fact: "draft.mentions_money",
            op: "yes",
            limit: "",
            text: "",
            row: 0,
          },
          does: [{ slot: "review", value: "required" }],
        });
      },
      copy: ({ id, why, reason, owner, on, when, does }) =>
        put({ id: free(`${id}-copy`), why, reason, owner, on, when, does }),
      remove: (id) => {
        const at = form.findIndex((one) => one.id === id);
        const next = form[at + 1] ?? form[at - 1];
        makeEdit({ kind: "rule_remove", id }).then(() => {
          place.open(next?.id);
          const after = desk.get()?.text;
          const before = desk.get()?.past.at(-1);
          notify(t("rules.removed", { rule: id }), {
            undo: () => {
              // What was written since then is not thrown away with it.
              if (before === undefined || desk.get()?.text !== after) {
                notify(t("rules.removed.later"), { tone: "notice" });
                return;
              }
              write(before);
              place.open(id);
            },
          });
        }, sayFailure);
      },
    };
  }, [form, place]);
}
