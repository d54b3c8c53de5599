interface Wish<Value extends string> {
  readonly value: Value;
  readonly text: string;
  readonly hint: string;
}

interface WishFieldProps<Value extends string> {
  name: string;
  legend: string;
  wishes: readonly Wish<Value>[];
  chosen: Value;
  onChoose: (value: Value) => void;
}

/** One of a few wishes, each with a sentence that says what it means. */
export function WishField<Value extends string>({ name, legend, wishes, chosen, onChoose }: WishFieldProps<Value>) {
  return (
    <fieldset className="space-y-3">
      <legend className="mb-1.5 text-sm font-medium">{legend}</legend>
      {wishes.map(({ value, text, hint }) => (
        <label key={value} className="flex min-h-6 cursor-pointer items-start gap-2.5 text-sm">
          <input
            type="radio"
            name={name}
            checked={chosen === value}
            onChange={() => onChoose(value)}
            className="mt-[0.2em] size-4 shrink-0 accent-accent"
          />
          <span>
            {text}
            <span className="block text-faint">{hint}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
