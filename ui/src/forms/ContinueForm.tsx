import { useState } from "react";
import { useActs } from "../api/acts";
import type { PlaceView } from "../api/generated/wire";
import { useRead } from "../api/queries";
import { Button } from "../design/components/Button";
import { Select } from "../design/components/Field";
import { t, tcode } from "../i18n";
import { shortMoment } from "../i18n/format";
import { present } from "../state/clock";
import styles from "./Forms.module.css";

const keyOf = (place: PlaceView) => `${place.channel} ${place.address}`;

/** Goes on with a conversation elsewhere: to which address, and what allows writing there. */
export function ContinueForm({ id, onDone }: { id: string; onDone: (moved: boolean) => void }) {
  const acts = useActs();
  const read = useRead("continuing_get", { conversation: id });
  const [chosen, setChosen] = useState<string>();
  const all = read.data?.places ?? [];
  const places = all.filter((one) => one.cannot === null);
  const place = places.find((one) => keyOf(one) === chosen) ?? places[0];
  const held = read.data?.held ?? false;
  const several = new Set(all.map((one) => one.channel)).size > 1;
  const nameOf = (one: PlaceView) => {
    if (one.home) return t("continue.back", { name: one.channel_name });
    return several ? t("continue.by", { to: one.address, name: one.channel_name }) : one.address;
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!place || held) return;
        void acts.continueElsewhere(id, place, nameOf(place)).then(onDone);
      }}
    >
      {place && (
        <Select
          label={t("continue.to")}
          value={keyOf(place)}
          onChange={setChosen}
          choices={places.map((one) => ({ id: keyOf(one), name: nameOf(one) }))}
        />
      )}
      {place && !place.home && <p className={styles.hint}>{groundOf(place)}</p>}
      {!place && read.data && (
        <p className={styles.hint}>
          {all.length === 0 ? t("continue.none") : t("continue.nobody")}
        </p>
      )}
      {all
        .filter((one) => one.cannot !== null)
        .map((one) => (
          <p key={keyOf(one)} className={styles.hint}>
            <bdi>{one.address}</bdi>: {tcode("continue.cannot", one.cannot ?? "")}
          </p>
        ))}
      {held && (
        <p className={styles.hint} role="status">
          {t("continue.cannot.being_sent")}
        </p>
      )}
      <div className={styles.foot}>
        <Button tone="quiet" onPress={() => onDone(false)}>
          {t("cancel")}
        </Button>
        <Button type="submit" tone="primary" autoFocus isDisabled={!place || held}>
          {t("continue.act")}
        </Button>
      </div>
    </form>
  );
}

function groundOf(place: PlaceView): string {
  if (place.ground === "given" && place.given_at !== null) {
    return t("continue.ground.given", { when: shortMoment(place.given_at, present()) });
  }
  return tcode("continue.ground", place.ground);
}
