import { Button, CloseButton } from "@mantine/core";

import type { Column } from "@/api/types";
import styles from "@/components/chips.module.css";
import { familyOf } from "@/lib/columnTypes";
import { operatorWord, splitList, type Filter } from "@/lib/filters";
import { formatSpan, spanOf } from "@/lib/periods";

interface Props {
  filters: readonly Filter[];
  columns: readonly Column[];
  onChange: (filters: Filter[]) => void;
}

interface Chip {
  key: string;
  column: string;
  words: string;
  /** The filters that go when the chip is removed. */
  covers: readonly Filter[];
}

function describeValue({ operator, value }: Filter): string {
  if (operator === "between") return splitList(value).join(" and ");
  if (operator !== "in") return value === "" ? "empty" : value;
  const values = splitList(value);
  return values.length > 3
    ? `${values.slice(0, 3).join(", ")} and ${values.length - 3} more`
    : values.join(", ");
}

function describeFilter(filter: Filter, type: string): string {
  if (filter.operator === "isnull") return filter.value === "true" ? "is missing" : "is present";
  return `${operatorWord(filter.operator, familyOf(type))} ${describeValue(filter)}`;
}

/** One chip per filter; the two ends of a span of time are one chip. */
function toChips(filters: readonly Filter[], columns: readonly Column[]): Chip[] {
  const typeOf = (name: string) => columns.find((one) => one.name === name)?.type ?? "text";
  const spanned = new Set<string>();
  return filters.flatMap((filter): Chip[] => {
    const { column, operator } = filter;
    const isTime = ["date", "time"].includes(familyOf(typeOf(column)));
    const span = isTime ? spanOf(filters, column) : null;
    if (!span || (operator !== "gte" && operator !== "lt")) {
      const words = describeFilter(filter, typeOf(column));
      return [{ key: `${column}-${operator}-${filter.value}`, column, words, covers: [filter] }];
    }
    if (spanned.has(column)) return [];
    spanned.add(column);
    const covers = filters.filter(
      (one) => one.column === column && (one.operator === "gte" || one.operator === "lt"),
    );
    return [{ key: `${column}-span`, column, words: `is ${formatSpan(span)}`, covers }];
  });
}

export function FilterChips({ filters, columns, onChange }: Props) {
  if (filters.length === 0) return null;
  const labelOf = (name: string) => columns.find((one) => one.name === name)?.label ?? name;
  return (
    <ul className={styles.chips} aria-label="Filters">
      {toChips(filters, columns).map(({ key, column, words, covers }) => (
        <li key={key} className={styles.chip}>
          <span className="truncate">
            <span className={styles.column}>{labelOf(column)}</span> {words}
          </span>
          <CloseButton
            size="xs"
            aria-label={`Remove filter ${labelOf(column)} ${words}`}
            onClick={() => {
              onChange(filters.filter((one) => !covers.includes(one)));
            }}
          />
        </li>
      ))}
      <li>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          onClick={() => {
            onChange([]);
          }}
        >
          Clear all
        </Button>
      </li>
    </ul>
  );
}
