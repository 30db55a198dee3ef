import type { ReactNode } from "react";

import { SecretField } from "@/components/SecretField";
import { keptSecrets } from "@/features/feeds/feedDraft";
import type { FormPart } from "@/features/feeds/formTypes";

interface Props extends FormPart {
  /** As the API calls it. */
  name: string;
  label: string;
  description?: ReactNode;
  placeholder?: string;
  isLong?: boolean;
}

/** One of the feed's secrets. */
export function FeedSecret({ draft, feed, errors, onChange, name, ...words }: Props) {
  return (
    <SecretField
      {...words}
      isSet={keptSecrets(draft, feed)[name] ?? false}
      value={draft.secrets[name]}
      error={errors[`secrets.${name}`]}
      onChange={(value) => onChange({ secrets: { ...draft.secrets, [name]: value } })}
    />
  );
}
