import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import type { ReactNode } from "react";

import { meQuery } from "@/api/queries";
import { signedInAs } from "@/test/samples";

interface Visitor {
  role?: "owner" | "editor" | "viewer";
}

/**
 * Draws what is given inside everything it may ask for: theme, queries, addresses, and somebody
 * signed in, by default the workspace's owner.
 */
export async function renderPage(content: ReactNode, { role = "owner" }: Visitor = {}) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queryClient.setQueryData(meQuery.queryKey, signedInAs(role));
  const rootRoute = createRootRoute({
    component: () => <div data-testid="page">{content}</div>,
  });
  const router = createRouter({ routeTree: rootRoute, history: createMemoryHistory() });
  const view = render(
    <MantineProvider env="test">
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  await screen.findByTestId("page");
  return { ...view, queryClient, router };
}
