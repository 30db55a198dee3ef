import { Button, CloseButton, Text } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";

import { toMessage } from "@/api/problem";
import type { DatasetDetail } from "@/api/types";
import { DataFrame } from "@/components/DataFrame";
import { useCanEdit } from "@/components/useCanEdit";
import { useAdoption } from "@/components/useTemplate";
import styles from "@/features/datasets/datasets.module.css";
import { spaced, templateWord } from "@/lib/words";

type Suggestion = NonNullable<DatasetDetail["suggested_template"]>;

/** So many dismissed suggestions a browser remembers. */
const MOST_REMEMBERED = 500;

/** Whether this browser has dismissed a suggestion, and how it does. */
function useDismissed(suggestion: string): [boolean, () => void] {
  const [dismissed, setDismissed] = useLocalStorage<string[]>({
    key: "rowmill.dismissed-suggestions",
    defaultValue: [],
    getInitialValueInEffect: false,
  });
  const dismiss = () => {
    setDismissed((known) => [...known, suggestion].slice(-MOST_REMEMBERED));
  };
  return [dismissed.includes(suggestion), dismiss];
}

function Mapping({ mapping }: Pick<Suggestion, "mapping">) {
  return (
    <DataFrame className={styles.mapping} label="Columns and their roles" isBordered>
      <table>
        <thead>
          <tr>
            <th scope="col">Header</th>
            <th scope="col">Role</th>
          </tr>
        </thead>
        <tbody>
          {mapping.map(({ role, header }) => (
            <tr key={role}>
              <td>{header}</td>
              <td>{spaced(role)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </DataFrame>
  );
}

interface Props {
  dataset: DatasetDetail;
  suggested: Suggestion;
}

function Suggested({ dataset, suggested: { template, label, mapping } }: Props) {
  const [isDismissed, dismiss] = useDismissed(`${dataset.id}:${template}`);
  const adoption = useAdoption(dataset.slug);
  const word = templateWord(template, label);
  if (isDismissed) return null;
  return (
    <section className={styles.notice} aria-label="Suggested template">
      <div className={styles.noticeHead}>
        <h2>This looks like {word}</h2>
        <CloseButton aria-label="Dismiss" onClick={dismiss} />
      </div>
      <p className="muted">Its columns would get these roles; nothing in it is changed.</p>
      <Mapping mapping={mapping} />
      {adoption.isError && (
        <Text role="alert" size="sm" c="red">
          {toMessage(adoption.error)}
        </Text>
      )}
      <div>
        <Button
          size="xs"
          variant="light"
          loading={adoption.isPending}
          onClick={() => adoption.mutate(template)}
        >
          Use as {word}
        </Button>
      </div>
    </section>
  );
}

/** The template that the dataset looks like, where it follows none. */
export function TemplateNotice({ dataset }: Pick<Props, "dataset">) {
  const suggested = dataset.suggested_template;
  const canEdit = useCanEdit();
  if (!canEdit || !suggested || dataset.template != null) return null;
  return <Suggested dataset={dataset} suggested={suggested} />;
}
