import { Anchor, Button, MenuItem, type AnchorProps, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";

type AnchorAttributes = Omit<ComponentPropsWithRef<"a">, keyof ButtonProps>;

/** Mantine's controls as links of the router, with its checked addresses. */
export const LinkButton = createLink((props: ButtonProps & AnchorAttributes) => (
  <Button component="a" {...props} />
));

export const LinkAnchor = createLink(
  (props: AnchorProps & Omit<ComponentPropsWithRef<"a">, keyof AnchorProps>) => (
    <Anchor {...props} />
  ),
);

type MenuItemLinkProps = Omit<ComponentPropsWithRef<"a">, "color"> & {
  leftSection?: React.ReactNode;
};

export const LinkMenuItem = createLink((props: MenuItemLinkProps) => (
  <MenuItem component="a" {...props} />
));
