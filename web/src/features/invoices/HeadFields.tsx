import { TextInput } from "@mantine/core";

import type { HeadField, InvoiceDraft, StoreField } from "@/features/invoices/invoiceDraft";
import styles from "@/features/invoices/invoices.module.css";

interface Props {
  draft: InvoiceDraft;
  errors: Readonly<Record<string, string>>;
  onChange: (draft: InvoiceDraft) => void;
}

const HEAD: readonly [HeadField, string][] = [
  ["number", "Invoice number"],
  ["date", "Date"],
  ["customer", "Customer"],
  ["country", "Country"],
];

const STORE: readonly [StoreField, string][] = [
  ["number", "Store number"],
  ["name", "Store name"],
  ["address", "Address"],
  ["city", "City"],
  ["zip", "Zip code"],
  ["county", "County"],
];

/** A picker for days; a plain field for the dates with times that some datasets have. */
function typeOf(name: HeadField, text: string): "date" | "text" {
  return name === "date" && /^(\d{4}-\d\d-\d\d)?$/.test(text) ? "date" : "text";
}

/** Everything of an invoice but its lines. */
export function HeadFields({ draft, errors, onChange }: Props) {
  const { head, store } = draft;
  return (
    <>
      <div className={styles.fields}>
        {HEAD.map(([name, label]) => (
          <TextInput
            key={name}
            label={label}
            type={typeOf(name, head[name])}
            value={head[name]}
            error={errors[name]}
            onChange={(event) =>
              onChange({ ...draft, head: { ...head, [name]: event.currentTarget.value } })
            }
          />
        ))}
      </div>
      <div className={styles.fields}>
        {STORE.map(([name, label]) => (
          <TextInput
            key={name}
            label={label}
            value={store[name]}
            error={errors[`store.${name}`]}
            onChange={(event) =>
              onChange({ ...draft, store: { ...store, [name]: event.currentTarget.value } })
            }
          />
        ))}
      </div>
    </>
  );
}
