import { useRead } from "../../api/queries";
import { Section } from "../../design/components/Page";
import { Moment } from "../../design/components/Time";
import { t, tcode } from "../../i18n";
import styles from "./bots.module.css";

/** How each of the newest deliveries to a bot went. */
export function Deliveries({ bot }: { bot: string }) {
  const made = useRead("bot_deliveries", { name: bot }).data?.deliveries;
  return (
    <Section title={t("deliveries.title")} text={t("deliveries.text")}>
      {made?.length === 0 && <p className={styles.none}>{t("deliveries.none")}</p>}
      {made && made.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        <section className={styles.scroll} aria-label={t("deliveries.title")} tabIndex={0}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t("deliveries.when")}</th>
                <th scope="col">{t("deliveries.what")}</th>
                <th scope="col">{t("deliveries.attempt")}</th>
                <th scope="col">{t("deliveries.answer")}</th>
                <th scope="col">{t("deliveries.took")}</th>
              </tr>
            </thead>
            <tbody>
              {made.map((one) => (
                <tr key={`${one.id} ${one.attempt} ${one.at}`} data-ended={one.ended}>
                  <td>
                    <Moment at={one.at} />
                  </td>
                  <td title={one.id}>{tcode("delivery.kind", one.kind)}</td>
                  <td>{one.attempt}</td>
                  <td title={one.error || undefined}>
                    {tcode("delivery.ended", one.ended)} · {one.status ?? t("deliveries.silent")}
                  </td>
                  <td>{t("deliveries.ms", { n: one.took_ms })}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Section>
  );
}
