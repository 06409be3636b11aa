/** Texts of a conversation and of what stands beside it. */
export const conversation = {
  "conversation.label": "Conversation",
  "conversation.none": "No conversation open",
  "conversation.none.text": "Move with J and K, open with Enter. Press ? for all keys.",

  "context.label": "Context",
  "context.toggle": "Show or hide the context",
  "context.packet": "Packet",
  "context.why": "Why",
  "context.contact": "Contact",
} as const;
