import { useT } from "@/i18n/provider";

import { Button } from "./button";
import { DialogActions } from "./dialog";
import { ErrorNote } from "./error-note";

interface DialogSubmitProps {
  /** On the button. */
  submit: string;
  busy: boolean;
  disabled?: boolean;
  /** Why it could not be done, where no field of the form says so. */
  error?: unknown;
  onCancel: () => void;
}

/** The end of a form in a dialog: what went wrong, the way back, and the button that does it. */
export function DialogSubmit({ submit, busy, disabled = false, error = null, onCancel }: DialogSubmitProps) {
  const t = useT();
  return (
    <>
      {error !== null && (
        <div className="mt-4">
          <ErrorNote error={error} />
        </div>
      )}
      <DialogActions>
        <Button look="quiet" onClick={onCancel}>
          {t("common.cancel")}
        </Button>
        <Button type="submit" look="primary" busy={busy} disabled={disabled}>
          {submit}
        </Button>
      </DialogActions>
    </>
  );
}
