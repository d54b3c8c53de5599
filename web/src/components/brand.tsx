/** The mark: lines of a page that narrow to a colophon. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className}>
      <rect width="32" height="32" rx="6" className="fill-accent" />
      <path d="M9 8.5h14M9 13.5h14M11.5 18.5h9M14 23.5h4" className="stroke-on-accent" strokeWidth="2.2" strokeLinecap="round" />
    </svg>
  );
}
