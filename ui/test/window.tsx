import { act, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { type FakePlatform, fakePlatform } from "../src/platform/fake";
import type { Scene } from "../src/platform/fake/world";
import { App } from "../src/shell/App";

/** Opens the whole interface over a made-up world that somebody may change first, at an address. */
export async function openWindow(
  address: string,
  scene: Scene = "day",
  width = 1440,
  before: (platform: FakePlatform) => void = () => {},
): Promise<{ platform: FakePlatform; user: ReturnType<typeof userEvent.setup> }> {
  Object.defineProperty(window, "innerWidth", { value: width, configurable: true });
  window.location.hash = `#${address}`;
  const platform = fakePlatform(scene);
  before(platform);
  const user = userEvent.setup();
  await act(async () => {
    render(<App platform={platform} />);
  });
  // Before it is known who is at the desk, nothing is there and no key means anything.
  await screen.findByRole("main");
  return { platform, user };
}
