import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { appRoute, publicRoute, rootRoute } from "@/app/routes/base";
import { textParam } from "@/lib/search";

interface LoginSearch {
  return?: string;
  /** Set when the session ended while the app was open. */
  ended?: string;
}

type Search = Record<string, unknown>;

export const loginRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: "/login",
  validateSearch: (search: Search): LoginSearch => ({
    return: textParam(search.return),
    ended: textParam(search.ended),
  }),
  component: lazyRouteComponent(() => import("@/features/accounts/LoginPage"), "LoginPage"),
});

export const registerRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: "/register",
  validateSearch: (search: Search): LoginSearch => ({ return: textParam(search.return) }),
  component: lazyRouteComponent(() => import("@/features/accounts/RegisterPage"), "RegisterPage"),
});

/** Where a link for a new password leads, whoever is signed in. */
export const resetPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/reset-password",
  component: lazyRouteComponent(
    () => import("@/features/accounts/ResetPasswordPage"),
    "ResetPasswordPage",
  ),
});

export const accountRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/account",
  component: lazyRouteComponent(() => import("@/features/accounts/AccountPage"), "AccountPage"),
});
