import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useLayoutEffect, useState } from "react";
import { I18nProvider } from "react-aria-components";
import { connect, newQueryClient, setPlatform } from "../api/client";
import { trimLists } from "../api/queries";
import { currentLocale, direction } from "../i18n";
import type { Platform } from "../platform/types";
import { followWidth } from "../state/frame";
import { listenForKeys } from "../state/keys";
import { followAppearance } from "../state/settings";
import { ErrorBoundary } from "./ErrorBoundary";
import { newRouter } from "./routes";

/** The whole interface on a platform. */
export function App({ platform }: { platform: Platform }) {
  const [{ queries, router }] = useState(() => begin(platform));
  useLayoutEffect(() => {
    document.documentElement.lang = currentLocale();
    document.documentElement.dir = direction();
    return followAppearance();
  }, []);
  useEffect(() => connect(platform, queries, () => trimLists(queries)), [platform, queries]);
  useEffect(() => {
    const ends = [followWidth(), listenForKeys()];
    return () => {
      for (const end of ends) end();
    };
  }, []);
  return (
    <ErrorBoundary>
      <I18nProvider locale={direction() === "rtl" ? "ar" : currentLocale()}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </I18nProvider>
    </ErrorBoundary>
  );
}

function begin(platform: Platform): { queries: QueryClient; router: ReturnType<typeof newRouter> } {
  const queries = newQueryClient();
  setPlatform(platform);
  return { queries, router: newRouter() };
}
