const CHANNELS = ["webhook", "mail"] as const;

export type Channel = (typeof CHANNELS)[number];

/** The ways that an alert went, and those that it could not go, with why. */
export function channelsOf(delivered: Record<string, string>): { reached: Channel[]; missed: { channel: Channel; why: string }[] } {
  const tried = CHANNELS.filter((channel) => channel in delivered);
  return {
    reached: tried.filter((channel) => delivered[channel] === ""),
    missed: tried.flatMap((channel) => (delivered[channel] ? [{ channel, why: delivered[channel] }] : [])),
  };
}
