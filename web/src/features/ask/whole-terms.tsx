/** Part numbers such as PX-1180-B. Longer ones may break: they would not fit on a phone. */
const TERM = /([A-Za-z0-9]{1,12}(?:-[A-Za-z0-9]{1,12}){1,3})/;

/** A line of text in which no part number is broken at its hyphen. */
export function WholeTerms({ text }: { text: string }) {
  return text.split(TERM).map((part, index) =>
    index % 2 === 1 && /\d/.test(part) ? (
      <span key={index} className="whitespace-nowrap">
        {part}
      </span>
    ) : (
      part
    ),
  );
}
