export function ConversationRoute() { return null; }
