import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";

import { ApiError } from "@/api/problem";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { notifyError } from "@/components/notifyError";
import { deleteInvoice, invoiceQuery, type ReadInvoice } from "@/features/invoices/invoiceQueries";
import { formatExact } from "@/lib/amounts";
import { countOf } from "@/lib/format";

/** Removes the invoice that is on screen: not one that somebody changed since. */
export function DeleteInvoice({ read: { invoice, etag } }: { read: ReadInvoice }) {
  const [opened, dialog] = useDisclosure(false);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const id = invoice.invoice_id;
  const removal = useMutation({
    mutationFn: () => deleteInvoice(id, etag),
    onSuccess: () => {
      notifications.show({ message: `Invoice ${invoice.number} is deleted.` });
      void navigate({ to: "/invoices" });
    },
    onError: (error) => {
      dialog.close();
      if (!(error instanceof ApiError) || error.status !== 412) {
        notifyError(error);
        return;
      }
      notifications.show({
        color: "red",
        title: "Somebody changed this invoice meanwhile",
        message:
          "Nothing was deleted. Look at what it is now, then delete it if you still want to.",
      });
      void queryClient.invalidateQueries({ queryKey: invoiceQuery(id).queryKey });
    },
  });
  return (
    <>
      <Button
        variant="default"
        c="var(--rm-red)"
        leftSection={<IconTrash size={15} />}
        onClick={dialog.open}
      >
        Delete
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={dialog.close}
        title={`Delete invoice ${invoice.number}?`}
        action="Delete invoice"
        isDangerous
        isPending={removal.isPending}
        onConfirm={() => removal.mutate()}
      >
        Its {countOf(invoice.line_count, "line")} of {formatExact(invoice.totals.amount, 2)} go out
        of the sales dataset and of every figure. Older versions of the dataset still have them.
      </ConfirmDialog>
    </>
  );
}
