import { cn } from "@/components/ui/class-names";
import { Select } from "@/components/ui/input";

interface FilterSelectProps<V extends string> {
  label: string;
  /** null: no filter. */
  value: V | null;
  /** What the choice of no filter says. */
  all: string;
  options: readonly { value: V; label: string }[];
  onChange: (value: V | null) => void;
  className?: string;
}

/** One of several, or all. */
export function FilterSelect<V extends string>({ label, value, all, options, onChange, className }: FilterSelectProps<V>) {
  return (
    <div className={cn("min-w-0", className)}>
      <Select
        aria-label={label}
        value={value ?? ""}
        onChange={(event) => onChange(options.find((option) => option.value === event.target.value)?.value ?? null)}
        className="text-sm"
      >
        <option value="">{all}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </Select>
    </div>
  );
}
