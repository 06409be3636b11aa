import { announcement } from "../state/announcer";
import { useStore } from "../state/store";

/** Says announcements to screen readers. */
export function Announcer() {
  const { text, urgent, turn } = useStore(announcement);
  // A zero-width mark makes the same sentence said twice a change.
  const said = turn % 2 === 0 ? text : `${text}\u200b`;
  return (
    <>
      <div className="visually-hidden" aria-live="polite" role="status">
        {urgent ? "" : said}
      </div>
      <div className="visually-hidden" aria-live="assertive" role="alert">
        {urgent ? said : ""}
      </div>
    </>
  );
}
