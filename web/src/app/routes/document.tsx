export function DocumentRoute() { return null; }
