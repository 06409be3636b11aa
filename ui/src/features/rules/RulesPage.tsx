import { type ReactNode, useCallback, useEffect } from "react";
import { sayFailure } from "../../api/acts";
import { useRead } from "../../api/queries";
import { ReadFailed } from "../../api/ReadFailed";
import { Banner } from "../../design/components/Banner";
import { Button, IconButton } from "../../design/components/Button";
import { Tabs } from "../../design/components/Tabs";
import { t } from "../../i18n";
import { dateAndTime, listOf } from "../../i18n/format";
import { useAction } from "../../state/actions";
import { announce } from "../../state/announcer";
import { frame, placesDrawer } from "../../state/frame";
import { useStore } from "../../state/store";
import { reviewRuleWanted, testWanted } from "../../state/testWanted";
import { notify } from "../../state/toasts";
import { BenchContext, useBench, useTheBench } from "./bench";
import { desk, makeEdit, stepBack, takeFile } from "./desk";
import { RuleForm } from "./form/RuleForm";
import { useRuleActs } from "./form/ruleActs";
import { Proposals } from "./Proposals";
import { Checks } from "./panels/Checks";
import { Conflict } from "./panels/Conflict";
import { History } from "./panels/History";
import { Promotion } from "./panels/Promotion";
import { Replay } from "./panels/Replay";
import { useKeepUp } from "./panels/replaying";
import { goToLine, lastRule, type Panel, type Room, useRoom, useRulesPlace } from "./place";
import { RuleList } from "./RuleList";
import styles from "./RulesPage.module.css";
import { SaveButton } from "./SaveForm";
import { TextPanel } from "./text/TextPanel";
import { Verdict } from "./Verdict";

/** Where the rules of the team are read, changed, tried out and put in force. */
export function RulesPage() {
  const read = useRead("rules_get", {});
  const bench = useBench(read.data);
  const within = (part: ReactNode) => bench && <BenchContext value={bench}>{part}</BenchContext>;
  // One frame before and after the answer: who came to its heading stays there.
  return (
    <Frame acts={within(<Acts />)}>
      {read.isError && !bench && <ReadFailed error={read.error} again={read.refetch} />}
      {within(<Workbench />)}
    </Frame>
  );
}

function Frame({ acts, children }: { acts?: ReactNode; children: ReactNode }) {
  const shape = useStore(frame);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        {shape.places === "hidden" && (
          <IconButton icon="menu" label={t("places.open")} onPress={() => placesDrawer.set(true)} />
        )}
        <h1 className={styles.title}>{t("place.rules")}</h1>
        {acts}
      </header>
      {children}
    </div>
  );
}

// Somebody asked elsewhere that a test be made of a decision: it is written once the rules are here.
function useWantedTest() {
  const wanted = useStore(testWanted);
  const { errors, fresh } = useTheBench();
  const ready = fresh && errors === 0;
  useEffect(() => {
    if (wanted === undefined || !ready) return;
    testWanted.set(undefined);
    makeEdit({ kind: "test_from", decision: wanted }).then(() => {
      const lines = desk.get()?.text.split("\n") ?? [];
      goToLine(lines.lastIndexOf("[[test]]") + 1);
      notify(t("rules.test.added"), {
        hint: t("rules.test.added.hint"),
        undo: () => void stepBack(),
      });
      announce(t("rules.test.added"));
    }, sayFailure);
  }, [wanted, ready]);
}

// Somebody asked elsewhere for the rule that has drafts read first.
function useWantedReviewRule() {
  const wanted = useStore(reviewRuleWanted);
  const { errors, fresh } = useTheBench();
  const acts = useRuleActs();
  const ready = fresh && errors === 0;
  useEffect(() => {
    if (!wanted || !ready) return;
    reviewRuleWanted.set(false);
    acts.openReview();
  }, [wanted, ready, acts]);
}

function Acts() {
  useKeepUp();
  useWantedTest();
  useWantedReviewRule();
  const { desk } = useTheBench();
  const back = desk.past.length > 0;
  // The newest step on the desk goes back before anything else does: it is what one looks at.
  useAction("undo", () => void stepBack(), back, true);
  return (
    <>
      <Verdict />
      <div className={styles.acts}>
        <SaveButton />
      </div>
    </>
  );
}

// The file says something that could not be put in force; the last good rules still are.
function NotInForce() {
  const { rules, desk } = useTheBench();
  const { on_disk: file } = rules;
  return (
    <Banner
      tone="broken"
      icon="warning"
      hint={rules.problems.join(" ")}
      acts={
        file !== null &&
        desk.text !== file && (
          <Button size="small" onPress={() => takeFile(file).catch(sayFailure)}>
            {t("rules.takeFile")}
          </Button>
        )
      }
    >
      {t("rules.notInForce")}
    </Banner>
  );
}

// Rules that act because somebody edited the file: the team is told until one of them approves.
function Ungated() {
  const { rules } = useTheBench();
  const place = useRulesPlace();
  const first = rules.ungated[0];
  if (!first) return null;
  const owners = [...new Set(rules.ungated.map((one) => one.owner).filter((name) => name !== ""))];
  return (
    <Banner
      tone="soon"
      icon="warning"
      hint={
        t("rules.ungated.hint") +
        (owners.length > 0 ? ` ${t("rules.ungated.owners", { list: listOf(owners) })}` : "")
      }
      acts={
        <Button size="small" onPress={() => place.open(first.rule, "going")}>
          {t("rules.ungated.look")}
        </Button>
      }
    >
      {t("rules.ungated", {
        n: rules.ungated.length,
        list: listOf(rules.ungated.map((one) => one.rule)),
        at: dateAndTime(first.at),
      })}
    </Banner>
  );
}

const MIDDLE: Record<Room, readonly Panel[]> = {
  1: ["form", "text", "checks", "replay", "going", "history", "proposals"],
  2: ["form", "text", "checks", "replay", "going", "history", "proposals"],
  3: ["text", "checks", "replay", "going", "history", "proposals"],
  4: ["checks", "replay", "going", "history", "proposals"],
};

function Workbench() {
  const room = useRoom();
  const bench = useTheBench();
  const place = useRulesPlace();
  const named = (id: string | undefined) => bench.form.find((one) => one.id === id);
  // Where there is room beside the list, something is always open.
  const before = room > 1 ? (named(lastRule.get()) ?? bench.form[0]) : undefined;
  const shown = place.rule === undefined ? before : named(place.rule);
  const alone = room === 1 && place.rule === undefined && place.panel === undefined;
  const body = useCallback(
    (panel: Panel) => {
      switch (panel) {
        case "form":
          return <RuleForm key={shown?.id} rule={shown} />;
        case "text":
          return <TextPanel rule={shown} />;
        case "checks":
          return <Checks />;
        case "replay":
          return <Replay />;
        case "going":
          return <Promotion key={shown?.id} rule={shown} />;
        case "history":
          return <History />;
        case "proposals":
          return <Proposals />;
      }
    },
    [shown],
  );
  const panels = MIDDLE[room];
  const selected = panels.find((one) => one === place.panel) ?? panels[0] ?? "text";
  return (
    <>
      {bench.stale && <Conflict />}
      {bench.rules.problems.length > 0 && <NotInForce />}
      <Ungated />
      <div className={styles.bench} data-room={room}>
        {(room > 1 || alone) && (
          <section className={styles.list} aria-label={t("rules.list")}>
            <RuleList open={shown?.id} />
          </section>
        )}
        {room > 2 && (
          <section className={styles.form} aria-label={t("rules.panel.form")}>
            {body("form")}
          </section>
        )}
        {room > 3 && (
          <section className={styles.form} aria-label={t("rules.panel.text")}>
            {body("text")}
          </section>
        )}
        {!alone && (
          <section className={styles.side} aria-label={t("rules.side")}>
            {room === 1 && (
              <div className={styles.back}>
                <Button icon="left" tone="quiet" size="small" onPress={() => place.backToList()}>
                  {t("rules.backToList")}
                </Button>
              </div>
            )}
            <Tabs
              label={t("rules.side")}
              selected={selected}
              onSelect={(id) => place.show(id as Panel)}
              tabs={panels.map((id) => ({
                id,
                name: t(`rules.panel.${id}`),
                body: id === selected ? body(id) : null,
              }))}
            />
          </section>
        )}
      </div>
    </>
  );
}
