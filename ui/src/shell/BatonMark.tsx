/** The mark of the product: a baton between two hands, one end filled. */
export function BatonMark() {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" fill="none" aria-hidden="true">
      <g transform="rotate(-35 10 10)" stroke="currentColor" strokeWidth="1.700">
        <rect x="1.400" y="6.900" width="17.200" height="6.200" rx="3.100" />
        <path d="M10.500 7h5a3 3 0 0 1 0 6h-5z" fill="currentColor" stroke="none" />
      </g>
    </svg>
  );
}
