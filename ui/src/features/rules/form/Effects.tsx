import { useState } from "react";
import { sayFailure } from "../../../api/acts";
import type { RuleForm } from "../../../api/generated/wire";
import { useRead, useSession } from "../../../api/queries";
import { Button, IconButton } from "../../../design/components/Button";
import { Select } from "../../../design/components/Field";
import { Menu } from "../../../design/components/Menu";
import { NumberField } from "../../../design/components/NumberField";
import { t, tcode } from "../../../i18n";
import { useTheBench } from "../bench";
import { makeEdit } from "../desk";
import styles from "./Conditions.module.css";
import { Chips } from "./fields";
import { readDuration, spellDuration, splitDuration, UNITS } from "./limits";
import { effectOf, writtenAs } from "./values";

const SLOTS = [
  "control",
  "priority",
  "sla",
  "ladder",
  "review",
  "reviewers",
  "tag",
  "untag",
  "notify",
  "macro",
  "snooze",
  "channel",
] as const;

type Slot = (typeof SLOTS)[number];

const FIRST: Record<Slot, readonly string[]> = {
  control: ["queue"],
  priority: ["+1"],
  sla: [],
  ladder: [],
  review: ["required"],
  reviewers: ["role:lead"],
  tag: [],
  untag: [],
  notify: ["role:lead"],
  macro: [],
  snooze: ["1h"],
  channel: ["email"],
};

/** What a rule does, one line for each thing. */
export function Effects({ rule }: { rule: RuleForm }) {
  const { names } = useTheBench();
  const macros = useRead("macros_get", { conversation: null }).data?.macros ?? [];
  // What has just been added and says nothing yet is no part of the text.
  const [begun, setBegun] = useState<readonly Slot[]>([]);
  const given = SLOTS.filter((slot) => rule.does.some((one) => one.slot === slot));
  const shown = SLOTS.filter((slot) => given.includes(slot) || begun.includes(slot));
  const set = (slot: Slot, values: readonly string[]) =>
    makeEdit({
      kind: "rule_set",
      id: rule.id,
      key: `do.${slot}`,
      value: writtenAs(slot, values),
    }).catch(sayFailure);
  const add = (slot: Slot) => {
    const first =
      slot === "sla"
        ? names.slas.slice(0, 1)
        : slot === "ladder"
          ? names.ladders.slice(0, 1)
          : slot === "macro"
            ? macros.slice(0, 1).map((one) => one.name)
            : FIRST[slot];
    if (first.length > 0) void set(slot, first);
    else setBegun([...begun, slot]);
  };
  return (
    <>
      <ul className={styles.effects}>
        {shown.map((slot) => {
          const values = effectOf(rule.does, slot);
          return (
            <li key={slot} className={styles.effect}>
              <span className={styles.slot}>{tcode("rules.slot", slot)}</span>
              <div className={styles.slotValue}>
                <EffectField
                  slot={slot}
                  values={values}
                  macros={macros.map((one) => one.name)}
                  onChange={(next) => void set(slot, next)}
                />
              </div>
              <IconButton
                icon="close"
                size="small"
                label={t("rules.effect.remove", { slot: tcode("rules.slot", slot) })}
                onPress={() => {
                  setBegun(begun.filter((one) => one !== slot));
                  void set(slot, []);
                }}
              />
            </li>
          );
        })}
      </ul>
      {shown.length === 0 && <p className={styles.empty}>{t("rules.effect.none")}</p>}
      <div className={styles.adds}>
        <Menu
          label={t("rules.effect.add")}
          trigger={
            <Button size="small" icon="plus" tone="quiet">
              {t("rules.effect.add")}
            </Button>
          }
          entries={SLOTS.filter((slot) => !shown.includes(slot)).map((slot) => ({
            id: slot,
            name: tcode("rules.slot", slot),
            hint: tcode("rules.slot.hint", slot, ""),
            run: () => add(slot),
          }))}
        />
      </div>
    </>
  );
}

function EffectField({
  slot,
  values,
  macros,
  onChange,
}: {
  slot: Slot;
  values: readonly string[];
  macros: readonly string[];
  onChange: (values: readonly string[]) => void;
}) {
  const { names } = useTheBench();
  const session = useSession();
  const label = tcode("rules.slot", slot);
  const [value = ""] = values;
  const people = [
    ...(session?.queues ?? []).map((name) => `team:${name}`),
    ...(session?.team ?? []).map((agent) => `agent:${agent.name}`),
    "role:lead",
    "role:owner",
  ];
  const choice = (ids: readonly string[], nameOf: (id: string) => string) => (
    <Select
      bare
      label={label}
      value={value}
      onChange={(next) => onChange([next])}
      choices={[...new Set([value, ...ids])]
        .filter(Boolean)
        .map((id) => ({ id, name: nameOf(id) }))}
    />
  );
  switch (slot) {
    case "control":
      return choice(
        ["queue", ...people.filter((one) => !one.startsWith("role:")), "bot", "closed"],
        (id) => partyWords(id, session?.team ?? []),
      );
    case "priority":
      return choice(["low", "normal", "high", "urgent", "+1", "-1"], (id) =>
        tcode("rules.priority", id, tcode("priority", id)),
      );
    case "sla":
      return choice(names.slas, (id) => id);
    case "ladder":
      return choice(names.ladders, (id) => id);
    case "channel":
      return choice(["email"], (id) => tcode("rules.channel", id, id));
    case "macro":
      return choice(macros, (id) => id);
    case "review": {
      const share = /^sample:([\d.]+)$/.exec(value)?.[1];
      return (
        <div className={styles.duration}>
          <Select
            bare
            label={label}
            value={share === undefined ? value : "sample"}
            onChange={(next) => onChange([next === "sample" ? "sample:0.1" : next])}
            choices={["required", "sample", "none"].map((id) => ({
              id,
              name: tcode("rules.review", id),
            }))}
          />
          {share !== undefined && (
            <NumberField
              bare
              percent
              label={t("rules.review.share")}
              value={Number(share)}
              min={0}
              max={1}
              step={0.05}
              onChange={(next) => onChange([`sample:${next}`])}
            />
          )}
        </div>
      );
    }
    case "snooze": {
      const ms = readDuration(value) ?? 3_600_000;
      const { figure, unit } = splitDuration(ms);
      const size = UNITS.find((one) => one.id === unit)?.ms ?? 3_600_000;
      return (
        <div className={styles.duration}>
          <NumberField
            bare
            label={label}
            value={figure}
            min={1}
            step={1}
            onChange={(next) => onChange([spellDuration(next * size)])}
          />
          <Select
            bare
            label={t("rules.unit")}
            value={unit}
            onChange={(id) => {
              const next = UNITS.find((one) => one.id === id)?.ms ?? size;
              onChange([spellDuration(figure * next)]);
            }}
            choices={UNITS.map(({ id }) => ({ id, name: t(`rules.unit.${id}`) }))}
          />
        </div>
      );
    }
    case "reviewers":
    case "notify":
      return <Chips bare label={label} values={values} choices={people} onChange={onChange} />;
    case "tag":
    case "untag":
      return <Chips bare label={label} values={values} onChange={onChange} />;
  }
}

function partyWords(id: string, team: readonly { name: string; display_name: string }[]): string {
  const [kind = "", name = ""] = id.split(":");
  if (kind === "agent") {
    return t("rules.control.agent", {
      name: team.find((one) => one.name === name)?.display_name ?? name,
    });
  }
  if (kind === "team") return t("rules.control.team", { name });
  if (kind === "bot" && name) return t("rules.control.botNamed", { name });
  return tcode("rules.control", id, id);
}
