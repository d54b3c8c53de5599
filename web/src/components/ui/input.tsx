import { useId, type ComponentProps, type ReactNode } from "react";

import { cn } from "./class-names";

export const inputLook = cn(
  "w-full rounded-md border border-line-strong bg-surface px-3 text-ink transition-colors",
  "hover:border-ink/60 focus-visible:outline-offset-0 aria-invalid:border-danger disabled:opacity-55",
);

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input className={cn(inputLook, "h-10", className)} {...rest} />;
}

export function TextArea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea className={cn(inputLook, "field-sizing-content max-h-96 min-h-24 py-2 leading-relaxed", className)} {...rest} />;
}

/** The browser's own select: right on phones and with a keyboard, without a line of script. */
export function Select({ className, ...rest }: ComponentProps<"select">) {
  return <select className={cn(inputLook, "h-10 pr-8", className)} {...rest} />;
}

interface CheckboxProps extends Omit<ComponentProps<"input">, "type"> {
  label: ReactNode;
  hint?: ReactNode;
}

export function Checkbox({ label, hint, className, ...rest }: CheckboxProps) {
  return (
    <label className={cn("flex min-h-6 cursor-pointer items-start gap-2.5 text-sm", className)}>
      <input type="checkbox" className="mt-[0.2em] size-4 shrink-0 accent-accent" {...rest} />
      <span>
        {label}
        {hint && <span className="block text-faint">{hint}</span>}
      </span>
    </label>
  );
}

interface FieldControl {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

interface FieldProps {
  label: string;
  hint?: string;
  error?: string | null;
  /** Renders the control with the attributes that tie it to its label, hint and error. */
  children: (control: FieldControl) => ReactNode;
  className?: string;
}

export function Field({ label, hint, error, children, className }: FieldProps) {
  const id = useId();
  const described = error ? `${id}-error` : hint ? `${id}-hint` : undefined;
  return (
    <div className={cn("space-y-1.5", className)}>
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      {children({ id, "aria-describedby": described, "aria-invalid": error ? true : undefined })}
      {error ? (
        <p id={`${id}-error`} role="alert" className="text-sm text-danger">
          {error}
        </p>
      ) : (
        hint && (
          <p id={`${id}-hint`} className="text-sm text-faint">
            {hint}
          </p>
        )
      )}
    </div>
  );
}
