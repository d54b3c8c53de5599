/** How often anything is asked for again while it is on its way. A hidden tab does not ask at all. */
export const WORKING_MS = 1_500;
