import { useQuery } from "@tanstack/react-query";

import { ErrorNote } from "@/components/ui/error-note";
import { Checkbox } from "@/components/ui/input";

import { groupsQuery } from "../api/get-groups";
import { useAdminT } from "../texts";

interface ReadersFieldProps {
  /** Ids of groups. */
  chosen: readonly string[];
  /** What it means when none is chosen. */
  nobody: string;
  hint: string;
  onChoose: (readers: string[]) => void;
}

export function ReadersField({ chosen, nobody, hint, onChoose }: ReadersFieldProps) {
  const t = useAdminT();
  const groups = useQuery(groupsQuery);
  const everyone = groups.data?.find((group) => group.built_in);
  const forAll = everyone !== undefined && chosen.includes(everyone.id);
  const toggle = (id: string, on: boolean) => onChoose(on ? [...chosen, id] : chosen.filter((each) => each !== id));
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{t("kb.readers")}</legend>
      {groups.error && <ErrorNote error={groups.error} onRetry={() => void groups.refetch()} />}
      <div className="space-y-2 rounded-md border border-line px-3 py-2.5">
        {groups.data?.map((group) => (
          <Checkbox
            key={group.id}
            label={group.built_in ? t("groups.everyone") : group.name}
            hint={group.built_in ? t("groups.everyoneHint") : t("groups.members", { count: group.members })}
            checked={chosen.includes(group.id) || forAll}
            disabled={forAll && !group.built_in}
            onChange={(event) => toggle(group.id, event.target.checked)}
          />
        ))}
      </div>
      <p className="mt-1.5 text-sm text-faint">{chosen.length === 0 ? nobody : hint}</p>
    </fieldset>
  );
}
