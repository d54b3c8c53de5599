export function AskRoute() { return null; }
