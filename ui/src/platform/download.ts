// Long enough for the slowest disk; the bytes are in memory until then.
const KEPT_MS = 60_000;

/** Hands a file to the user through the download of the browser. */
export async function download(name: string, content: Blob): Promise<void> {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
