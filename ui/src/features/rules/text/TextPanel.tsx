import { useEffect, useRef } from "react";
import type { RuleForm } from "../../../api/generated/wire";
import { t } from "../../../i18n";
import { useStore } from "../../../state/store";
import { useTheBench } from "../bench";
import { write } from "../desk";
import { wantedLine } from "../place";
import type { Editor } from "./editor";
import styles from "./TextPanel.module.css";

/** The whole file as text, for those who would rather write. */
export function TextPanel({ rule }: { rule: RuleForm | undefined }) {
  const { desk, checked, fresh, facts, names } = useTheBench();
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>(undefined);
  const first = useRef(desk.text);
  const wanted = useStore(wantedLine);
  const line = rule?.line;
  const place = useRef(line);
  place.current = line;

  useEffect(() => {
    let gone = false;
    // The editor comes when it is asked for: nobody else should wait for it.
    void import("./editor").then(({ openEditor }) => {
      if (gone || !host.current) return;
      editor.current = openEditor(host.current, first.current, (text) => write(text, "typing"));
      latest.current();
      // What was asked for while the editor was still on its way.
      const ask = wantedLine.get();
      wantedLine.set(undefined);
      const at = ask?.line ?? place.current;
      if (at !== undefined) editor.current.goTo(at, ask !== undefined);
    });
    return () => {
      gone = true;
      editor.current?.end();
      editor.current = undefined;
    };
  }, []);

  const latest = useRef(() => {});
  latest.current = () => {
    editor.current?.show(desk.text);
    if (checked && fresh) editor.current?.mark(checked.problems);
    editor.current?.offer(
      facts.values(),
      names.defines.map((one) => one.name),
    );
  };
  useEffect(() => latest.current());

  // Where the form goes, the text goes too, without taking the focus.
  useEffect(() => {
    if (line !== undefined) editor.current?.goTo(line, false);
  }, [line]);
  useEffect(() => {
    if (!wanted || !editor.current) return;
    wantedLine.set(undefined);
    editor.current.goTo(wanted.line, true);
  }, [wanted]);

  return (
    <div className={styles.panel}>
      <div ref={host} className={styles.host} dir="ltr" data-editor="" />
      <p className={styles.foot}>{t("rules.text.hint")}</p>
    </div>
  );
}
