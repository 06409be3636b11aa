import { type RefObject, useEffect, useRef } from "react";

/** Brings a form that was just opened into sight as a whole: its act as well as its first field. */
export function useInSight(): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.scrollIntoView({ block: "nearest" }), []);
  return form;
}
