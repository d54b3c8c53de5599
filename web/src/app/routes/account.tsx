export function AccountRoute() { return null; }
