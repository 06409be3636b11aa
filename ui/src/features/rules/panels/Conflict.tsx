import { useState } from "react";
import { Banner } from "../../../design/components/Banner";
import { Button } from "../../../design/components/Button";
import { t } from "../../../i18n";
import { dateAndTime } from "../../../i18n/format";
import { useTheBench } from "../bench";
import { compareTexts } from "../changes";
import { rebase, takeTheirs } from "../desk";
import { Compared } from "./Compared";
import styles from "./panels.module.css";

/** Says that somebody else has changed the rules meanwhile; both texts are kept until one decides. */
export function Conflict() {
  const { rules, desk } = useTheBench();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Banner
        tone="soon"
        icon="warning"
        hint={t("rules.conflict.hint")}
        acts={
          <>
            <Button size="small" onPress={() => setOpen(!open)}>
              {t(open ? "rules.conflict.hide" : "rules.conflict.compare")}
            </Button>
            <Button size="small" onPress={() => takeTheirs(rules)}>
              {t("rules.conflict.theirs")}
            </Button>
            <Button size="small" onPress={() => rebase(rules)}>
              {t("rules.conflict.mine")}
            </Button>
          </>
        }
      >
        {t("rules.conflict", {
          who: rules.changed_by || t("rules.conflict.somebody"),
          when: rules.changed_at ? dateAndTime(rules.changed_at) : "",
        })}
      </Banner>
      {open && (
        <div className={styles.conflict}>
          <div>
            <h2 className={styles.heading}>{t("rules.conflict.theyDid")}</h2>
            <Compared
              label={t("rules.conflict.theyDid")}
              lines={compareTexts(desk.baseText, rules.text)}
            />
          </div>
          <div>
            <h2 className={styles.heading}>{t("rules.conflict.youDid")}</h2>
            <Compared
              label={t("rules.conflict.youDid")}
              lines={compareTexts(desk.baseText, desk.text)}
            />
          </div>
        </div>
      )}
    </>
  );
}
