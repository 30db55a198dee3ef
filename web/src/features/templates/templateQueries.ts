import { queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/api/client";
import { keys } from "@/api/queries";
import type { TemplateInput } from "@/features/templates/templateDraft";

export const templatePath = (name: string) => `/api/templates/${encodeURIComponent(name)}`;

export const templateQuery = (name: string) =>
  queryOptions({
    queryKey: [...keys.templates, "one", name],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/templates/{name}", { signal, params: { path: { name } } })),
  });

export const declareTemplate = (body: TemplateInput) =>
  unwrap(api.POST("/api/templates", { body }));

export const changeTemplate = (name: string, { label, columns, key }: TemplateInput) =>
  unwrap(
    api.PUT("/api/templates/{name}", { params: { path: { name } }, body: { label, columns, key } }),
  );

export const deleteTemplate = (name: string) =>
  unwrap(api.DELETE("/api/templates/{name}", { params: { path: { name } } }));
