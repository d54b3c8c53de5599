/** The filters of the administration's lists as the address carries them. What is left out is the default. */
import { DOCUMENT_SORTS, DOCUMENT_STATES, JOB_STATES } from "@/features/admin/filters";

type Given = Record<string, unknown>;

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const count = (value: unknown) => (typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined);

function oneOf<V extends string>(value: unknown, known: readonly V[]): V | undefined {
  return known.find((each) => each === value);
}

export interface DocumentsSearch {
  q?: string;
  state?: (typeof DOCUMENT_STATES)[number];
  tag?: string;
  sort?: (typeof DOCUMENT_SORTS)[number];
  offset?: number;
}

export function documentsSearch(given: Given): DocumentsSearch {
  return {
    q: text(given.q),
    state: oneOf(given.state, DOCUMENT_STATES),
    tag: text(given.tag),
    sort: oneOf(given.sort, DOCUMENT_SORTS),
    offset: count(given.offset),
  };
}

export interface JobsSearch {
  state?: (typeof JOB_STATES)[number];
  kb?: string;
  offset?: number;
}

export function jobsSearch(given: Given): JobsSearch {
  return { state: oneOf(given.state, JOB_STATES), kb: text(given.kb), offset: count(given.offset) };
}

export interface WhySearch {
  q?: string;
  kb?: string;
  /** One's own, whose files are searched too. */
  conversation?: string;
}

export function whySearch(given: Given): WhySearch {
  return { q: text(given.q), kb: text(given.kb), conversation: text(given.conversation) };
}

export interface AuditSearch {
  q?: string;
  action?: string;
  offset?: number;
}

export function auditSearch(given: Given): AuditSearch {
  return { q: text(given.q), action: text(given.action), offset: count(given.offset) };
}
