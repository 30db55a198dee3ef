import { useMutation, useQueryClient } from "@tanstack/react-query";

import { FIGURES, keys } from "@/api/queries";
import { createDemo, demoQuery, removeDemo } from "@/api/retail";
import { notifyError } from "@/components/notifyError";

/** Begins the demo; `demoQuery` follows it from then on. */
export function useCreateDemo() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: createDemo,
    onSuccess: async (demo) => {
      queryClient.setQueryData(demoQuery.queryKey, demo);
      await queryClient.invalidateQueries({ queryKey: keys.datasets });
    },
  });
}

export function useRemoveDemo() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: removeDemo,
    onSuccess: () =>
      Promise.all(
        [keys.demo, keys.datasets, keys.templates, ...FIGURES].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      ),
    onError: notifyError,
  });
}
