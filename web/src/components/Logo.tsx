interface Props {
  size?: number;
}

export function Logo({ size = 24 }: Props) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="8" fill="#1d5c46" />
      <rect x="7" y="8" width="18" height="4" rx="2" fill="#f2efe6" />
      <rect x="7" y="14" width="12" height="4" rx="2" fill="#e0a63a" />
      <rect x="7" y="20" width="15" height="4" rx="2" fill="#f2efe6" />
    </svg>
  );
}
