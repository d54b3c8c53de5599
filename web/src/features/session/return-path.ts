/** A path of this site to go back to after signing in; anything that could lead elsewhere becomes "/". */
export function returnPath(from: unknown): string {
  if (typeof from !== "string" || !/^\/(?![/\\])/.test(from)) return "/";
  // Control characters are dropped by URL parsers, so "/\t/host" would become "//host".
  if ([...from].some((character) => character < " " || character === "\\")) return "/";
  return from.startsWith("/signin") ? "/" : from;
}
