// Large answers that come in parts, so that the page can say how much of them is there.

/** The bytes at an address. `report` is told { done, total } in bytes; total is 0 where the program does not say it. */
export async function load(address, signal, report = () => {}) {
  const answer = await fetch(address, { signal });
  if (!answer.ok) {
    const told = await answer.json().catch(() => null);
    throw new Error(told?.detail ?? `${address}: ${answer.status} ${answer.statusText}`);
  }
  const total = Number(answer.headers.get("Content-Length")) || 0;
  const parts = [];
  let done = 0;
  for (const reader = answer.body.getReader(); ;) {
    const { done: ended, value } = await reader.read();
    if (ended) break;
    parts.push(value);
    done += value.length;
    report({ done, total });
  }
  const bytes = new Uint8Array(done);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes.buffer;
}
