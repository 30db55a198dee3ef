import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/api/client";
import { keys, type QueryPairs } from "@/api/queries";
import type { components } from "@/api/schema";

export type Invoice = components["schemas"]["Invoice"];
export type InvoiceSummary = components["schemas"]["InvoiceSummary"];
export type InvoiceLine = components["schemas"]["LineOut"];
export type InvoiceStore = components["schemas"]["StoreOut"];
export type InvoiceInput = components["schemas"]["InvoiceIn"];
export type HistoryEntry = components["schemas"]["HistoryEntry"];

/** An invoice and the ETag it was read with; null where the server sent none. */
export interface ReadInvoice {
  invoice: Invoice;
  etag: string | null;
}

function queryString(pairs: QueryPairs): string {
  return new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString();
}

/** Path and query of the request for the list. */
export function invoicesPath(pairs: QueryPairs): string {
  return pairs.length === 0 ? "/api/invoices" : `/api/invoices?${queryString(pairs)}`;
}

export const invoicePath = (id: string) => `/api/invoices/${encodeURIComponent(id)}`;

/** Which page of the list: each knows the one before it, though that is fetched no more. */
interface PagePlace {
  cursor: string | undefined;
  /** Number of its first row, from 0. */
  first: number;
  before: PagePlace | undefined;
}

const PAGE_ROWS = 100;

/** Pages that are kept; those further up are asked for again when one scrolls back to them. */
const PAGES_KEPT = 8;

const TOP: PagePlace = { cursor: undefined, first: 0, before: undefined };

export const invoicesQuery = (pairs: QueryPairs) =>
  infiniteQueryOptions({
    queryKey: [...keys.invoices, "list", pairs],
    queryFn: async ({ signal, pageParam: { cursor, first } }) => {
      const all: QueryPairs = [
        ...pairs,
        ["limit", String(PAGE_ROWS)],
        ...(cursor === undefined ? [] : [["cursor", cursor] as const]),
      ];
      const querySerializer = () => queryString(all);
      return { ...(await unwrap(api.GET("/api/invoices", { signal, querySerializer }))), first };
    },
    initialPageParam: TOP,
    getNextPageParam: ({ next_cursor: cursor, items }, _pages, place): PagePlace | undefined =>
      cursor == null ? undefined : { cursor, first: place.first + items.length, before: place },
    getPreviousPageParam: (_page, _pages, place) => place.before,
    maxPages: PAGES_KEPT,
  });

/** How many match; order does not matter to it. */
export const invoiceCountQuery = (pairs: QueryPairs) => {
  const filters = pairs.filter(([name]) => name !== "sort");
  return queryOptions({
    queryKey: [...keys.invoices, "count", filters],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/invoices/count", { signal, querySerializer: () => queryString(filters) }),
      ),
  });
};

async function readInvoice(id: string, signal?: AbortSignal): Promise<ReadInvoice> {
  const answer = api.GET("/api/invoices/{invoice_id}", {
    signal,
    params: { path: { invoice_id: id } },
  });
  const invoice = await unwrap(answer);
  const { response } = await answer;
  return { invoice, etag: response.headers.get("etag") };
}

export const invoiceQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.invoices, "one", id],
    queryFn: ({ signal }) => readInvoice(id, signal),
  });

/** The invoice as it is on the server now, past every cache of the page. */
export const readNow = (id: string) => readInvoice(id);

export const historyQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.invoices, "history", id],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        api.GET("/api/invoices/{invoice_id}/history", {
          signal,
          params: {
            path: { invoice_id: id },
            query: pageParam === undefined ? {} : { cursor: pageParam },
          },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const createInvoice = (body: InvoiceInput) =>
  unwrap(api.POST("/api/invoices", { body, params: {} }));

/** @throws ApiError of status 412 where the invoice is no longer what the ETag names. */
export const replaceInvoice = (id: string, etag: string | null, body: InvoiceInput) =>
  unwrap(
    api.PUT("/api/invoices/{invoice_id}", {
      params: { path: { invoice_id: id }, header: { "if-match": etag } },
      body,
    }),
  );

export const deleteInvoice = (id: string, etag: string | null) =>
  unwrap(
    api.DELETE("/api/invoices/{invoice_id}", {
      params: { path: { invoice_id: id }, header: { "if-match": etag } },
    }),
  );
