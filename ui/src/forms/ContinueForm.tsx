import { useState } from "react";
import { useActs } from "../api/acts";
import type { Continuing, PlaceView } from "../api/generated/wire";
import { useRead } from "../api/queries";
import { ReadFailed } from "../api/ReadFailed";
import { Button } from "../design/components/Button";
import { Select } from "../design/components/Field";
import { t, tcode } from "../i18n";
import { shortMoment } from "../i18n/format";
import { present } from "../state/clock";
import styles from "./Forms.module.css";

const keyOf = (place: PlaceView) => `${place.channel} ${place.address}`;

/** Goes on with a conversation elsewhere: to which address, and what allows writing there. */
export function ContinueForm({ id, onDone }: { id: string; onDone: (moved: boolean) => void }) {
  const read = useRead("continuing_get", { conversation: id });
  if (!read.data) {
    return (
      <div className={styles.form} aria-busy={read.isPending}>
        {read.isError && <ReadFailed error={read.error} again={read.refetch} />}
      </div>
    );
  }
  return <Places id={id} onDone={onDone} {...read.data} />;
}

// Put together once it is known where to, so that the focus finds what Enter would do.
function Places({
  id,
  onDone,
  places: all,
  held,
}: Continuing & { id: string; onDone: (moved: boolean) => void }) {
  const acts = useActs();
  const [chosen, setChosen] = useState<string>();
  const [busy, setBusy] = useState(false);
  const places = all.filter((one) => one.cannot === null);
  const place = places.find((one) => keyOf(one) === chosen) ?? places[0];
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
        if (!place || held || busy) return;
        setBusy(true);
        void acts.continueElsewhere(id, place).then(onDone);
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
      {!place && (
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
        <Button tone="quiet" autoFocus={!place || held} onPress={() => onDone(false)}>
          {place ? t("cancel") : t("close")}
        </Button>
        {place && (
          <Button type="submit" tone="primary" autoFocus={!held} isDisabled={held}>
            {t("continue.act")}
          </Button>
        )}
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
