import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useMemo, useRef, useState } from "react";
import { call } from "../../api/client";
import type { FactView, RuleForm, RulesChecked, RulesView } from "../../api/generated/wire";
import { useRead } from "../../api/queries";
import { useStore } from "../../state/store";
import { type Desk, desk, isDirty, isStale, layOut } from "./desk";
import { factsIn, type Names, NO_NAMES, namesIn } from "./names";

const PAUSE_MS = 180;

/** Everything that the parts of the page share: what is in force, what is written, what is found in it. */
export interface Bench {
  readonly rules: RulesView;
  readonly desk: Desk;
  readonly dirty: boolean;
  /** What was found in the newest text that has been looked through. */
  readonly checked: RulesChecked | undefined;
  /** Whether that is the text as it stands now. */
  readonly fresh: boolean;
  /** The rules as a form shows them: of the newest text that could be read. */
  readonly form: readonly RuleForm[];
  readonly facts: ReadonlyMap<string, FactView>;
  readonly names: Names;
  /** Mistakes that keep the text from being read. */
  readonly errors: number;
  /** Whether somebody else has changed the rules since the writing began. */
  readonly stale: boolean;
}

/** Follows the rules in force and the text on the desk, and has it looked through at each pause. */
export function useBench(rules: RulesView | undefined): Bench | undefined {
  const on = useStore(desk);
  useEffect(() => {
    if (rules) layOut(rules);
  }, [rules]);
  const text = usePaused(on?.text);
  const found = useQuery({
    queryKey: ["rules_check", text],
    queryFn: async () => ({ text, checked: await call("rules_check", { text: text ?? "" }) }),
    enabled: text !== undefined,
    placeholderData: keepPreviousData,
    // One text after the other passes through here; only the newest ones are worth keeping.
    gcTime: 15_000,
  });
  const answer = found.data;
  const checked = answer?.checked;
  const errors = checked ? countErrors(checked) : 0;
  const readable = useRef<typeof answer>(undefined);
  if (checked && errors === 0) readable.current = answer;
  const shown = readable.current ?? answer;
  const inForce = useRead("facts_list", {}).data?.facts;
  const names = useMemo(
    () => (shown?.text === undefined ? NO_NAMES : namesIn(shown.text, shown.checked)),
    [shown],
  );
  const facts = useMemo(() => factsIn(inForce ?? [], names), [inForce, names]);
  return useMemo(
    () =>
      // Without the facts a form could not tell what it shows.
      rules &&
      on &&
      inForce && {
        rules,
        desk: on,
        dirty: isDirty(on),
        checked,
        fresh: answer?.text === on.text,
        form: shown?.checked.form ?? NO_RULES,
        facts,
        names,
        errors,
        stale: isStale(on, rules),
      },
    [rules, on, inForce, checked, answer, shown, facts, names, errors],
  );
}

const NO_RULES: readonly RuleForm[] = [];

function countErrors(checked: RulesChecked): number {
  return checked.problems.filter((one) => one.severity === "error").length;
}

function usePaused(text: string | undefined): string | undefined {
  const [paused, setPaused] = useState(text);
  const seen = useRef(text);
  useEffect(() => {
    // The first text is looked through at once.
    if (seen.current === undefined || text === undefined) {
      seen.current = text;
      setPaused(text);
      return;
    }
    seen.current = text;
    const timer = setTimeout(() => setPaused(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}

const Context = createContext<Bench | undefined>(undefined);

/** Gives the bench to the parts of the page. */
export const BenchContext = Context.Provider;

/** Returns the bench of the page that one is on. */
export function useTheBench(): Bench {
  const bench = useContext(Context);
  if (!bench) throw new Error("Only the rules page has a bench.");
  return bench;
}
