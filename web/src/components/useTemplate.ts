import { useMutation, useQueryClient } from "@tanstack/react-query";

import { FIGURES, keys } from "@/api/queries";
import { adoptTemplate, releaseTemplate } from "@/api/retail";
import { notifyError } from "@/components/notifyError";

/** Asks anew for all that depends on which template a dataset follows. */
function useRefresh(slug: string) {
  const queryClient = useQueryClient();
  const stale = [keys.dataset(slug), keys.datasets, keys.templates, ...FIGURES];
  return () => Promise.all(stale.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
}

/** Makes the dataset the workspace's dataset of a template, such as its sales. */
export function useAdoption(slug: string) {
  return useMutation({
    mutationFn: (template: string) => adoptTemplate(slug, template),
    onSuccess: useRefresh(slug),
  });
}

/** Takes the template off the dataset. */
export function useRelease(slug: string) {
  return useMutation({
    mutationFn: () => releaseTemplate(slug),
    onSuccess: useRefresh(slug),
    onError: notifyError,
  });
}
