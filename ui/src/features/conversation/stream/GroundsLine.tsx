import { useState } from "react";
import type { MessageView } from "../../../api/generated/wire";
import { useRead } from "../../../api/queries";
import { Grounds, groundedLine } from "../../../design/components/Grounds";
import { useAction } from "../../../state/actions";
import { Disclosure } from "./Fold";

/** What a model's message stands on, in one quiet line that opens in place. */
export function GroundsLine({
  conversation,
  message,
}: {
  conversation: string;
  message: MessageView;
}) {
  const line = message.grounded && groundedLine(message.grounded);
  const held = useState(false);
  // The newest message that is in sight has the key; once it is open, its sources do.
  useAction("sources", () => held[1](true), Boolean(line));
  if (!line) return null;
  return (
    <Disclosure label={line} held={held}>
      <Opened conversation={conversation} message={message.id} />
    </Disclosure>
  );
}

function Opened({ conversation, message }: { conversation: string; message: string }) {
  const grounds = useRead("grounds_get", { conversation, message, text: null }).data;
  return grounds && <Grounds grounds={grounds} />;
}
