import { useMemo, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import type { FactView } from "../../../api/generated/wire";
import { type Choice, Chooser } from "../../../design/components/Chooser";
import { Popover } from "../../../design/components/Menu";
import { Icon } from "../../../design/icons";
import { t } from "../../../i18n";
import { factName } from "../../../i18n/facts";
import type { Names } from "../names";
import styles from "./Conditions.module.css";
import { readTree } from "./tree";
import { treeWords } from "./words";

const GROUPS = ["conv", "msg", "bot", "customer", "attr", "draft", "agent", "team", "sla", "now"];

/** A button that opens the list of everything a condition can ask, each with what it means. */
export function FactPicker({
  label,
  says,
  current,
  facts,
  names,
  onPick,
}: {
  label: string;
  /** What the fact means that is picked now. */
  says?: string;
  current?: string;
  facts: ReadonlyMap<string, FactView>;
  names: Names;
  onPick: (name: string) => void;
}) {
  const picked = current !== undefined;
  return (
    <Popover
      wide
      label={t("rules.pickFact")}
      trigger={
        <AriaButton className={picked ? styles.picked : styles.add}>
          {!picked && <Icon name="plus" size={14} />}
          <span className={styles.pickedText}>
            <span>{label}</span>
            {says && <span className={styles.says}>{says}</span>}
            {picked && <span className="visually-hidden">{t("rules.fact.change")}</span>}
          </span>
        </AriaButton>
      }
    >
      {(close) => (
        <Facts
          facts={facts}
          names={names}
          named={!picked}
          onPick={(name) => {
            close();
            onPick(name);
          }}
        />
      )}
    </Popover>
  );
}

function Facts({
  facts,
  names,
  named,
  onPick,
}: {
  facts: ReadonlyMap<string, FactView>;
  names: Names;
  named: boolean;
  onPick: (name: string) => void;
}) {
  const [text, setText] = useState("");
  const all = useMemo(() => {
    const list = [...facts.values()].map((fact) => ({
      id: fact.name,
      group: groupOf(fact),
      name: factName(fact.name, fact),
      detail: fact.about,
      words: `${fact.name} ${factName(fact.name, fact)} ${fact.about}`.toLocaleLowerCase(),
    }));
    const defines = named
      ? names.defines.map((one) => {
          const says = treeWords(readTree(one.when, facts), facts);
          return {
            id: one.name,
            group: t("rules.facts.named"),
            name: one.name.replaceAll("_", " "),
            detail: says,
            words: `${one.name} ${says}`.toLocaleLowerCase(),
          };
        })
      : [];
    return [...defines, ...list];
  }, [facts, names, named]);
  const wanted = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const choices: Choice[] = all
    .filter((one) => wanted.every((word) => one.words.includes(word)))
    .map(({ id, group, name }) => ({ id, group, name, detail: id, run: () => onPick(id) }));
  return (
    <div className={styles.picker}>
      <Chooser
        label={t("rules.pickFact")}
        placeholder={t("rules.pickFact.placeholder")}
        none={t("rules.pickFact.none")}
        text={text}
        onText={setText}
        choices={choices}
        preview={(id) => all.find((one) => one.id === id)?.detail}
      />
    </div>
  );
}

function groupOf(fact: FactView): string {
  if (fact.origin === "words") return t("rules.facts.words");
  if (fact.origin === "hours") return t("rules.facts.hours");
  if (fact.origin === "attribute") return t("rules.facts.attr");
  const room = GROUPS.find((one) => fact.name === one || fact.name.startsWith(`${one}.`));
  switch (room) {
    case "conv":
    case "msg":
    case "bot":
    case "customer":
    case "draft":
    case "agent":
    case "team":
    case "sla":
    case "now":
      return t(`rules.facts.${room}`);
    default:
      return t("rules.facts.other");
  }
}
