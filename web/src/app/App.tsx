import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";

import { keys } from "@/api/queries";
import { createQueryClient } from "@/app/queryClient";
import { createAppRouter } from "@/app/router";
import { cssVariablesResolver, theme } from "@/app/theme";

const queryClient = createQueryClient(leaveForLogin);
const router = createAppRouter(queryClient);

/** The session is over: to the login page, and back to where one was after signing in again. */
function leaveForLogin() {
  const { pathname, href } = router.state.location;
  const wasSignedIn = queryClient.getQueryData(keys.me) !== undefined;
  if (!wasSignedIn || pathname === "/login" || pathname === "/register") return;
  queryClient.clear();
  void router.navigate({ to: "/login", search: { return: href, ended: "yes" } });
}

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" limit={4} />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
