import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import styles from "./Splitter.module.css";

const STEP = 16;

/** A line between two columns that can be dragged, or moved with the arrow keys. */
export function Splitter({
  label,
  width,
  min,
  max,
  onChange,
}: {
  label: string;
  width: number;
  min: number;
  max: number;
  onChange: (width: number) => void;
}) {
  const [moving, setMoving] = useState(false);
  const start = useRef({ x: 0, width: 0, sign: 1 });
  const within = (next: number) => Math.round(Math.min(max, Math.max(min, next)));

  const down = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    const sign = getComputedStyle(event.currentTarget).direction === "rtl" ? -1 : 1;
    start.current = { x: event.clientX, width, sign };
    setMoving(true);
  };
  const move = (event: PointerEvent) => {
    if (!moving) return;
    const { x, width: before, sign } = start.current;
    onChange(within(before + sign * (event.clientX - x)));
  };
  const key = (event: KeyboardEvent) => {
    const sign = getComputedStyle(event.currentTarget).direction === "rtl" ? -1 : 1;
    const steps: Record<string, number> = { ArrowRight: sign, ArrowLeft: -sign };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onChange(within(width + step * STEP));
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot take focus or be moved
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={min}
      aria-valuemax={max}
      className={styles.splitter}
      data-moving={moving || undefined}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={() => setMoving(false)}
      onPointerCancel={() => setMoving(false)}
      onKeyDown={key}
    />
  );
}
