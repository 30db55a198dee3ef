import { Alert, Button, Group, Modal, Stack } from "@mantine/core";

import type { DeliveryDetail } from "@/api/types";
import { DeliveryFacts } from "@/features/webhooks/DeliveryFacts";

interface Props {
  delivery: DeliveryDetail | undefined;
  onClose: () => void;
}

/** What came of a test, at once. */
export function TestResult({ delivery, onClose }: Props) {
  const hasArrived = delivery?.status === "delivered";
  return (
    <Modal opened={delivery !== undefined} onClose={onClose} title="Test" size="lg">
      {delivery && (
        <Stack gap="md">
          <Alert
            color={hasArrived ? "spruce" : "red"}
            variant="light"
            title={hasArrived ? "It arrived" : "It did not arrive"}
          >
            {hasArrived
              ? `The receiver answered ${delivery.answer_status ?? "with success"}.`
              : delivery.error}
          </Alert>
          <DeliveryFacts delivery={delivery} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
