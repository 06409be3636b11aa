import { useEffect, useMemo, useRef, useState } from "react";
import { sayFailure } from "../../../api/acts";
import type { CondForm, FactView, RuleForm } from "../../../api/generated/wire";
import { IconButton } from "../../../design/components/Button";
import { Select } from "../../../design/components/Field";
import { Menu } from "../../../design/components/Menu";
import { Icon } from "../../../design/icons";
import { t } from "../../../i18n";
import { factName } from "../../../i18n/facts";
import { capital, listOf } from "../../../i18n/format";
import { announce } from "../../../state/announcer";
import { useTheBench } from "../bench";
import { makeEdit } from "../desk";
import { ConditionLine } from "./ConditionLine";
import styles from "./Conditions.module.css";
import { FactPicker } from "./FactPicker";
import { firstLimit } from "./limits";
import {
  added,
  changed,
  type Group,
  group,
  line,
  type Mode,
  type Named,
  named,
  type Part,
  placeOf,
  readTree,
  sameTree,
  shifted,
  uses,
  writeTree,
} from "./tree";
import { lineSentence, treeWords } from "./words";

const MODES: readonly Mode[] = ["all", "any", "none", "not_all"];

/** What a rule asks, as groups of lines. */
export function Conditions({ rule }: { rule: RuleForm }) {
  return (
    <Tree
      rule={rule}
      when={rule.when}
      base={0}
      depth={0}
      save={(when) => makeEdit({ kind: "cond_set", id: rule.id, when })}
    />
  );
}

// A condition on screen: that of the rule, or of one that it names.
function Tree({
  rule,
  when,
  base,
  depth,
  save,
}: {
  rule: RuleForm;
  when: CondForm;
  /** The place of its first line among those of the rule. */
  base: number | undefined;
  depth: number;
  save: (when: CondForm) => Promise<void>;
}) {
  const { facts, fresh } = useTheBench();
  const [root, setRoot] = useState(() => readTree(when, facts));
  const sent = useRef(root);
  // What is on screen stays as long as the text says the same: a group of one line is no group in
  // the text, and a line keeps its focus. What was changed elsewhere is shown.
  useEffect(() => {
    if (!fresh) return;
    const told = readTree(when, facts);
    setRoot((mine) => (sameTree(mine, told) ? mine : told));
  }, [when, facts, fresh]);

  const told = useMemo(() => readTree(when, facts), [when, facts]);
  const change = (next: Group) => {
    setRoot(next);
    if (sameTree(sent.current, next) && sameTree(told, next)) return;
    sent.current = next;
    save(writeTree(next)).catch((thrown) => {
      sayFailure(thrown);
      setRoot(told);
    });
  };
  return (
    <GroupView
      rule={rule}
      root={root}
      part={root}
      base={sameTree(root, told) ? base : undefined}
      facts={facts}
      depth={depth}
      change={change}
    />
  );
}

interface PartProps {
  rule: RuleForm;
  root: Group;
  base: number | undefined;
  facts: ReadonlyMap<string, FactView>;
  depth: number;
  change: (root: Group) => void;
}

function GroupView({ rule, root, base, part, facts, depth, change }: PartProps & { part: Group }) {
  const { names } = useTheBench();
  const add = (name: string) => {
    const fact = facts.get(name);
    if (fact) {
      const { op, limit } = firstLimit(fact);
      change(added(root, part.key, line(name, op, limit)));
    } else {
      change(added(root, part.key, named(name)));
    }
    announce(t("rules.line.added", { fact: factName(name, fact) }));
  };
  const addGroup = (name: string) => {
    const fact = facts.get(name);
    const { op, limit } = fact ? firstLimit(fact) : { op: "", limit: "" };
    const inner = fact ? line(name, op, limit) : named(name);
    change(added(root, part.key, group(part.mode === "any" ? "all" : "any", [inner])));
  };
  return (
    <fieldset
      className={styles.group}
      data-depth={depth}
      data-mode={part.mode}
      aria-label={t(`rules.mode.${part.mode}`)}
    >
      <div className={styles.groupHead}>
        <div className={styles.mode}>
          <Select
            bare
            label={t("rules.mode")}
            value={part.mode}
            onChange={(mode) => change(setMode(root, part, mode))}
            choices={MODES.map((id) => ({ id, name: t(`rules.mode.${id}`) }))}
          />
        </div>
        {part !== root && (
          <PartMenu
            name={t(`rules.mode.${part.mode}`)}
            part={part}
            root={root}
            change={change}
            more={[
              {
                id: "loose",
                icon: "minus",
                name: t("rules.group.dissolve"),
                run: () => change(dissolved(root, part)),
              },
            ]}
          />
        )}
      </div>
      {part.parts.length === 0 && (
        <p className={styles.empty}>{t(depth === 0 ? "rules.always" : "rules.group.empty")}</p>
      )}
      <ul className={styles.parts}>
        {part.parts.map((one) => (
          <li key={one.key} className={styles.part}>
            <PartView
              rule={rule}
              root={root}
              base={base}
              part={one}
              facts={facts}
              depth={depth + 1}
              change={change}
            />
          </li>
        ))}
      </ul>
      <div className={styles.adds}>
        <FactPicker label={t("rules.line.add")} facts={facts} names={names} onPick={add} />
        {depth < 4 && (
          <FactPicker label={t("rules.group.add")} facts={facts} names={names} onPick={addGroup} />
        )}
      </div>
    </fieldset>
  );
}

function PartView({ part, ...rest }: PartProps & { part: Part }) {
  const { rule, root, base, facts, change } = rest;
  const { names } = useTheBench();
  const place = placeOf(root, part.key, facts, names.defines);
  const row = base === undefined || place === undefined ? undefined : base + place;
  switch (part.kind) {
    case "group":
      return <GroupView {...rest} part={part} />;
    case "line": {
      const fact = facts.get(part.fact);
      return (
        <ConditionLine
          rule={rule}
          row={row}
          line={part}
          fact={fact}
          onChange={(next) => change(changed(root, part.key, () => next))}
          menu={
            <PartMenu
              name={lineSentence(part, fact)}
              part={part}
              root={root}
              change={change}
              more={[]}
            />
          }
        />
      );
    }
    case "named":
      return <NamedLine {...rest} part={part} base={row} />;
    case "other":
      return (
        <div className={styles.line}>
          <code className={styles.other}>{part.text}</code>
          <PartMenu name={part.text} part={part} root={root} change={change} more={[]} />
        </div>
      );
  }
}

// A named condition: what it means in words, and opened to be changed, for all who use it.
function NamedLine({ rule, root, part, base, facts, depth, change }: PartProps & { part: Named }) {
  const { names, form } = useTheBench();
  const [open, setOpen] = useState(false);
  const name = capital(part.name.replaceAll("_", " "));
  const define = names.defines.find((one) => one.name === part.name);
  const others = form
    .filter((one) => one.id !== rule.id && uses(one.when, part.name))
    .map((one) => one.reason || one.id);
  return (
    <fieldset className={styles.lineBox} aria-label={name}>
      <div className={styles.line} data-kind="none">
        <button
          type="button"
          className={styles.namedText}
          aria-expanded={open}
          disabled={!define}
          onClick={() => setOpen(!open)}
        >
          <span className={styles.namedName}>
            <Icon name={open ? "down" : "right"} size={12} />
            {name}
          </span>
          {define && (
            <span className={styles.expansion}>
              {treeWords(readTree(define.when, facts), facts)}
            </span>
          )}
        </button>
        <div className={styles.operator}>
          <Select
            bare
            label={t("rules.op.label")}
            value={part.negated ? "no" : "yes"}
            onChange={(value) =>
              change(changed(root, part.key, () => ({ ...part, negated: value === "no" })))
            }
            choices={[
              { id: "yes", name: t("rules.named.holds") },
              { id: "no", name: t("rules.named.holdsNot") },
            ]}
          />
        </div>
        <div className={styles.tools}>
          <PartMenu name={name} part={part} root={root} change={change} more={[]} />
        </div>
      </div>
      {open && define && (
        <div className={styles.define}>
          <p className={styles.shared}>
            {others.length === 0
              ? t("rules.named.onlyHere")
              : t("rules.named.alsoIn", { list: listOf(others) })}
          </p>
          <Tree
            rule={rule}
            when={define.when}
            base={base}
            depth={depth}
            save={(when) => makeEdit({ kind: "define_set", name: part.name, when })}
          />
        </div>
      )}
    </fieldset>
  );
}

type Entry = {
  readonly id: string;
  readonly icon: "minus";
  readonly name: string;
  readonly run: () => void;
};

function PartMenu({
  name,
  part,
  root,
  change,
  more,
}: {
  name: string;
  part: Part;
  root: Group;
  change: (root: Group) => void;
  more: readonly Entry[];
}) {
  return (
    <Menu
      label={t("rules.line.more", { name })}
      trigger={<IconButton icon="more" size="small" label={t("rules.line.more", { name })} />}
      entries={[
        {
          id: "up",
          icon: "up",
          name: t("rules.line.up"),
          run: () => change(shifted(root, part.key, -1)),
        },
        {
          id: "down",
          icon: "down",
          name: t("rules.line.down"),
          run: () => change(shifted(root, part.key, 1)),
        },
        {
          id: "wrap",
          icon: "all",
          name: t("rules.line.wrap"),
          run: () => change(changed(root, part.key, (one) => group("any", [one]))),
        },
        ...more,
        "line",
        {
          id: "remove",
          icon: "close",
          name: t("rules.line.remove"),
          run: () => {
            change(changed(root, part.key, () => undefined));
            announce(t("rules.line.removed", { name }));
          },
        },
      ]}
    />
  );
}

function setMode(root: Group, part: Group, mode: Mode): Group {
  return root.key === part.key
    ? { ...root, mode }
    : changed(root, part.key, (one) => (one.kind === "group" ? { ...one, mode } : one));
}

// The lines of a group take its place among those it stood with.
function dissolved(root: Group, part: Group): Group {
  const at = (inside: Group): Group => ({
    ...inside,
    parts: inside.parts.flatMap((one): readonly Part[] =>
      one.key === part.key ? part.parts : one.kind === "group" ? [at(one)] : [one],
    ),
  });
  return at(root);
}
