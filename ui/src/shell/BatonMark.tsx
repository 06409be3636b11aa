/** The mark of the product: two runners' hands of one line, at the moment of the handover. */
export function BatonMark() {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" fill="none" aria-hidden="true">
      <g strokeWidth="3.4" strokeLinecap="round">
        <path d="M3.2 14.8 10.4 7.600" stroke="currentColor" />
        <path d="M9.600 12.400 16.800 5.200" stroke="var(--accent)" />
      </g>
    </svg>
  );
}
