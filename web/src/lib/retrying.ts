const ATTEMPTS = 8;
const WAIT_MS = 2_500;

const wait = () => new Promise((resolve) => setTimeout(resolve, WAIT_MS));

/** A part of the app's code, asked for again while the connection is down. */
export async function retrying<T>(load: () => Promise<T>, attempts = ATTEMPTS): Promise<T> {
  for (let attempt = 1; attempt < attempts; attempt += 1) {
    try {
      return await load();
    } catch {
      await wait();
    }
  }
  return load();
}

/** Whether an error says that a part of the app's code could not be had. */
export function isMissingCode(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|module script/i.test(error.message);
}
