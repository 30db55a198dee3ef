import { Button } from "@mantine/core";

import styles from "@/components/form.module.css";

interface Props {
  /** The word on the button that saves. */
  action: string;
  isPending: boolean;
  onCancel: () => void;
}

/** The end of a form: leave it, or save it. */
export function FormFoot({ action, isPending, onCancel }: Props) {
  return (
    <div className={styles.foot}>
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      <Button type="submit" loading={isPending}>
        {action}
      </Button>
    </div>
  );
}
