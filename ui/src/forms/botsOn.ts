import { useRead, useSession } from "../api/queries";

/**
 * The bots that may have what came by these channels: those that answer on each of them, because
 * another one could not reach the customer. While that is not known, all are.
 */
export function useBotsOn(channels: readonly string[]): readonly string[] {
  const names = useSession()?.bots ?? [];
  const known = useRead("channel_list", {}).data?.channels ?? [];
  const each = known.filter((one) => channels.includes(one.id)).map((one) => one.bots);
  return names.filter((name) => each.every((bots) => bots.includes(name)));
}
