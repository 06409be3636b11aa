import { useSyncExternalStore } from "react";

/** A value outside React that components can follow: for what is neither the server's nor one component's. */
export interface Store<T> {
  get(): T;
  set(next: T | ((before: T) => T)): void;
  subscribe(listener: () => void): () => void;
}

/** Returns a store that holds the given value. */
export function store<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      const after = typeof next === "function" ? (next as (before: T) => T)(value) : next;
      if (Object.is(after, value)) return;
      value = after;
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Follows a store, or a part of it; renders again only when that part has changed. */
export function useStore<T>(source: Store<T>): T;
export function useStore<T, S>(source: Store<T>, part: (value: T) => S): S;
export function useStore<T, S>(source: Store<T>, part?: (value: T) => S): T | S {
  const read = () => (part ? part(source.get()) : source.get());
  return useSyncExternalStore(source.subscribe, read, read);
}
